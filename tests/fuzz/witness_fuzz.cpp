// What a witness and its askers read from strangers: bodies of add-checkpoint, witness keys, cosignature
// lines. Refused or read, and what is read can be written again; nothing is cosigned but what was.
#include <cstdlib>

#include "policy/log/cosignature.h"
#include "policy/log/verifier.h"
#include "policy/log/witness.h"
#include "policy/types/error.h"

using namespace inkan::policy;

namespace {

// The keys of the seeds; their private halves were thrown away when they were made.
constexpr const char* k_log =
    "inkan.example.test/log-1+c5bc303a+AQXjJlB4YgMKeyAFleG4lvICgVSvFxMtcs5ooEMpZNF2";
constexpr const char* k_witness =
    "witness.example.test/w1+ae820169+BElYEWOuHZKn4gW5Z2ZtFr+fdndzPRXtY3+OtIX0mxHd";

void read_body(std::string_view text) {
  static const std::vector<NoteVerifier> k_logs{parse_verifier_key(k_log)};
  try {
    const auto request = AddCheckpoint::parse(text);
    if (request.text() != text) std::abort();
    const auto opened = open_submission(request, k_logs);
    const auto* submitted = std::get_if<SubmittedCheckpoint>(&opened);
    if (!submitted) return;
    if (submitted->head.size != 3 && submitted->head.size != 300) std::abort();
    if (!k_logs.front().open(submitted->note)) std::abort();
    const auto refused = refusal_of(request, submitted->head, {0, empty_root()});
    if (!refused && (request.old_size != 0 || !request.proof.empty())) std::abort();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input) std::abort();
  }
}

void read_key(std::string_view text) {
  try {
    if (CosignatureVerifier::parse(text).verifier_key() != text) std::abort();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input && error.code() != ErrorCode::config) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const CosignatureVerifier k_verifier = CosignatureVerifier::parse(k_witness);
  const std::string_view text = as_text(BytesView(data, size));
  read_body(text);
  read_key(text);
  const auto note = SignedNote::parse(text);
  const auto head = note && k_verifier.seen_at(*note) ? CheckpointText::parse(note->body) : std::nullopt;
  if (head && head->head.size != 3 && head->head.size != 300) std::abort();
  return 0;
}
