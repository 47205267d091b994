#include "policy/log/witness.h"

#include <charconv>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

using Status = WitnessRefusal::Status;

constexpr std::string_view k_old = "old ";

[[noreturn]] void refuse_line(std::size_t line, const std::string& what) {
  throw Error(ErrorCode::invalid_input,
              "add-checkpoint: line " + std::to_string(line) + ": " + what +
                  " (the form is C2SP tlog-witness's: `old N`, proof, blank line, checkpoint)");
}

std::uint64_t parse_old_size(std::string_view line) {
  if (!line.starts_with(k_old)) refuse_line(1, "is not `old` and a size");
  const auto digits = line.substr(k_old.size());
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  const bool padded = digits.size() > 1 && digits.front() == '0';
  if (digits.empty() || padded || error != std::errc() || end != digits.data() + digits.size())
    refuse_line(1, "the old size is not a decimal number without leading zeros");
  return size;
}

std::string sizes(const TreeHead& submitted, const TreeHead& last) {
  return "the log had " + std::to_string(last.size) + " leaves, now " + std::to_string(submitted.size);
}

}  // namespace

std::string AddCheckpoint::text() const {
  std::string text = std::string(k_old) + std::to_string(old_size) + "\n";
  for (const auto& hash : proof) text += to_base64(hash.bytes()) + "\n";
  return text + "\n" + checkpoint;
}

AddCheckpoint AddCheckpoint::parse(std::string_view text) {
  AddCheckpoint request;
  for (std::size_t number = 1;; ++number) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) refuse_line(number, "ends without a line feed");
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (number == 1) {
      request.old_size = parse_old_size(line);
      continue;
    }
    if (line.empty()) break;
    if (request.proof.size() == k_longest_proof) refuse_line(number, "the proof has more than 63 hashes");
    const auto octets = from_base64(line);
    const auto hash = octets ? Sha256::from(*octets) : std::nullopt;
    if (!hash) refuse_line(number, "is not the base64 of 32 octets");
    request.proof.push_back(*hash);
  }
  request.checkpoint = text;
  return request;
}

std::variant<SubmittedCheckpoint, WitnessRefusal> open_submission(const AddCheckpoint& request,
                                                                  const std::vector<NoteVerifier>& logs) {
  const auto note = SignedNote::parse(request.checkpoint);
  const auto text = note ? CheckpointText::parse(note->body) : std::nullopt;
  if (!text)
    return WitnessRefusal{Status::malformed, "the checkpoint is not a signed note of a log's head", {}};
  bool known = false;
  for (const auto& log : logs) {
    if (log.origin() != text->origin) continue;
    known = true;
    if (const auto head = log.open(request.checkpoint))
      return SubmittedCheckpoint{log.origin(), *head, log.alone(request.checkpoint).value()};
  }
  if (!known) return WitnessRefusal{Status::unknown_origin, "this witness does not watch that log", {}};
  return WitnessRefusal{Status::not_signed, "no signature under a key that this witness knows", {}};
}

std::optional<WitnessRefusal> refusal_of(const AddCheckpoint& request, const TreeHead& submitted,
                                         const TreeHead& last) {
  if (request.old_size > submitted.size)
    return WitnessRefusal{Status::malformed, "the old size is beyond the checkpoint's", {}};
  if (request.old_size != last.size)
    return WitnessRefusal{Status::conflict, "the size last cosigned is " + std::to_string(last.size),
                          last.size};
  if (submitted.size == last.size && submitted.root != last.root)
    return WitnessRefusal{Status::conflict,
                          "another root at the same size of " + std::to_string(last.size) +
                              " leaves: this is not the log that was cosigned",
                          {}};
  if (!verify_consistency(last, submitted, request.proof))
    return WitnessRefusal{Status::not_consistent,
                          sizes(submitted, last) + ", and the proof does not show that it only grew",
                          {}};
  return std::nullopt;
}

}  // namespace inkan::policy
