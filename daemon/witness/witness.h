// A witness: cosigns a log's checkpoint if the log only grew since the last one (C2SP tlog-witness).
#pragma once

#include <variant>

#include "daemon/witness/witness_key.h"
#include "daemon/witness/witness_state.h"
#include "policy/log/witness.h"

namespace inkan::daemon::witness {

class Witness {
 public:
  Witness(WitnessKey key, std::vector<policy::NoteVerifier> logs, const std::filesystem::path& state);

  // The cosignature line, once what it is about is durable; or why there is none. Safe from any thread.
  // Throws policy::Error{invalid_input} for a body of another form, {store} if it could not be kept.
  std::variant<std::string, policy::WitnessRefusal> add_checkpoint(std::string_view body);
  std::variant<std::string, policy::WitnessRefusal> add_checkpoint(const policy::AddCheckpoint& request);

  const std::vector<policy::NoteVerifier>& logs() const { return logs_; }
  policy::TreeHead last(const std::string& origin) { return state_.hold(origin).last().head; }

 private:
  WitnessKey key_;
  std::vector<policy::NoteVerifier> logs_;
  WitnessState state_;
};

}  // namespace inkan::daemon::witness
