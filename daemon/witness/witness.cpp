#include "daemon/witness/witness.h"

#include "daemon/clock.h"

namespace inkan::daemon::witness {

Witness::Witness(WitnessKey key, std::vector<policy::NoteVerifier> logs, const std::filesystem::path& state)
    : key_(std::move(key)), logs_(std::move(logs)), state_(state, logs_) {}

std::variant<std::string, policy::WitnessRefusal> Witness::add_checkpoint(std::string_view body) {
  return add_checkpoint(policy::AddCheckpoint::parse(body));
}

std::variant<std::string, policy::WitnessRefusal> Witness::add_checkpoint(
    const policy::AddCheckpoint& request) {
  // 1. Is it a checkpoint of a log that is watched here, under that log's signature?
  auto opened = policy::open_submission(request, logs_);
  if (auto* refusal = std::get_if<policy::WitnessRefusal>(&opened)) return std::move(*refusal);
  const auto& submitted = std::get<policy::SubmittedCheckpoint>(opened);
  // 2. Did it only grow? From here on nobody else decides about this log.
  auto held = state_.hold(submitted.origin);
  if (auto refusal = policy::refusal_of(request, submitted.head, held.last().head))
    return std::move(*refusal);
  // 3. Cosign, keep, answer, in this order: what is answered was kept.
  const std::string body = submitted.note.substr(0, submitted.note.rfind("\n\n") + 1);
  const std::string line = key_.cosign(body, now());
  // The same checkpoint once more tells nothing new.
  if (held.last().note.empty() || submitted.head.size > held.last().head.size)
    held.keep({submitted.head, submitted.note + line});
  return line;
}

}  // namespace inkan::daemon::witness
