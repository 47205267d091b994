// A backup made into a state directory again, once a drill has found it good; and what the first start from
// it does.
#pragma once

#include <filesystem>

#include "daemon/backup/drill.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/store/store.h"

namespace inkan::daemon {

// `state_dir` is empty, or not there yet. The database gets its name last, so what a killed restore leaves is
// no store. Throws Error{store} if it cannot be written or is not empty, Error{invalid_input} if the backup
// is no longer what was judged. The caller has seen that the drill is good.
void restore(const std::filesystem::path& backup, const DrillReport& judged,
             const std::filesystem::path& state_dir);

// In the transaction of the first start's leaves: tells of the restore by a leaf (store.restore). Every
// authority's CRL numbers go on behind any that may have been published since the backup, sessions end.
// Nothing, if the store was not restored, or has started since.
void take_up_restored(Writing& w, const policy::Identity& job);

}  // namespace inkan::daemon
