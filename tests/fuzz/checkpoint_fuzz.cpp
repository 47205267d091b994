// Signed notes and verifier keys: refused or read, and what is read can be written again.
#include <cstdlib>

#include "policy/log/verifier.h"
#include "policy/types/error.h"

using namespace inkan::policy;

namespace {

void read_verifier_key(std::string_view text) {
  try {
    const auto verifier = parse_verifier_key(text);
    if (verifier.verifier_key() != text) std::abort();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input && error.code() != ErrorCode::config) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The key of the seeds; its private half was thrown away when they were made.
  static const NoteVerifier k_verifier =
      parse_verifier_key("inkan.example.test/log-1+c5bc303a+AQXjJlB4YgMKeyAFleG4lvICgVSvFxMtcs5ooEMpZNF2");
  const std::string_view text = as_text(BytesView(data, size));
  read_verifier_key(text);
  const auto head = k_verifier.open(text);
  // Only what was signed can be opened: the seeds, at their two sizes.
  if (head && head->size != 3 && head->size != 300) std::abort();
  return 0;
}
