// The newest checkpoint, kept outside the database: what a rolled-back, forked or truncated log is caught by.
#pragma once

#include <filesystem>

#include "daemon/store/store.h"
#include "policy/log/checkpoint.h"

namespace inkan::daemon {

// Holds the stored log against the checkpoint in `file`. Throws Error{ledger} that says which of the two is
// wrong, where, and what to do; returns the edge to go on from. A log without leaves has no checkpoint yet.
policy::RightEdge check_log(Store& store, const std::filesystem::path& file,
                            const policy::NoteVerifier& verifier);

}  // namespace inkan::daemon
