// Whether a backup of a token can stand in for it: every key of the store is there, is the same key, and
// signs. On an authority that no daemon runs, since each of these signatures is recorded like every other.
#pragma once

#include <string>
#include <vector>

#include "daemon/core.h"

namespace inkan::daemon {

struct BackupKey {
  std::string id, label, purpose;
  std::string fault;  // empty: proved
};

struct BackupReport {
  std::string token, backup, serial;  // the backup's label, and its serial number
  std::vector<BackupKey> keys;

  bool proved() const;  // false without any key
};

// For each key that lives on `token`: the copy in `backup` is held to the record of its birth, public half
// and provenance, and then signs a fresh proof, which is verified under the recorded public half. One leaf
// each (key.backup), whichever way it went. A key that fails does not keep the others from theirs. Throws
// Error{config} if no key lives on that token.
BackupReport prove_backup(Core& core, const std::string& token, const std::shared_ptr<pkcs11::Token>& backup);

// The same, in a run of its own, which ends like any other whatever came of it: its last leaves, and the
// checkpoint that covers them, so that the log tells of no crash that never was.
BackupReport prove_in_own_run(Core& core, const std::string& token,
                              const std::shared_ptr<pkcs11::Token>& backup);

}  // namespace inkan::daemon
