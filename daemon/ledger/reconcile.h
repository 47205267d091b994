// Holds the store against the leaves, both ways: what the leaves tell of is there, as they tell it, and
// nothing else is.
#pragma once

#include <functional>
#include <string>

#include "daemon/store/sqlite/database.h"
#include "policy/log/reconciliation.h"

namespace inkan::daemon {

struct Kept {
  std::uint64_t store = 0, leaves = 0;  // rows, and leaves (checkpoints: signed intents) that call for one
};

struct Reconciled {
  explicit Reconciled(std::string run) : books(std::move(run)) {}
  policy::Reconciliation books;
  Kept certificates, revocations, crls, checkpoints;
};

// Reads everything in one transaction, row by row. `run` is the boot_id of the run whose signatures will be
// counted; its checkpoints have intents beyond `checkpoints_before`. `go_on` is asked now and then;
// Error{unavailable} is thrown once it says no.
Reconciled reconcile(Database& database, const std::string& run, std::int64_t checkpoints_before,
                     const std::function<bool()>& go_on);

}  // namespace inkan::daemon
