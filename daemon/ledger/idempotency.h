// What an Idempotency-Key says before any work is done: asked inside the transaction that would do the work.
#pragma once

#include <optional>
#include <variant>

#include "api/authority.h"
#include "daemon/store/sqlite/database.h"

namespace inkan::daemon {

// An earlier call with the same Idempotency-Key and body has been answered already.
struct Replay {
  std::variant<policy::Serial, policy::Denial> answer;
};

struct Earlier {
  std::variant<std::monostate, Replay, api::InProgress, api::KeyReused> answer;
  std::optional<policy::LeafIndex> replaces;  // the intent of a try that ended without an answer
};

Earlier earlier_call(Database& database, const policy::Identity& caller,
                     const std::optional<api::Idempotency>& key);

}  // namespace inkan::daemon
