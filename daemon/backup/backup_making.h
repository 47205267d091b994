// A backup of a whole authority but its keys: store, log with its checkpoint, configuration, as they belong
// together at one moment. Reads only; the daemon may run meanwhile, and never waits for it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "daemon/config.h"
#include "policy/types/tree_head.h"

namespace inkan::daemon {

constexpr std::uint64_t k_backup_reserve = std::uint64_t{1} << 30;  // octets of the disk

struct BackupMade {
  std::filesystem::path folder;
  std::uint64_t leaves = 0;  // of the store
  policy::TreeHead head;     // of the checkpoint: the newest one at or below that
  std::string checkpoint;    // the note, to be kept elsewhere too
  bool config_changed =
      false;  // the file is another than the one the daemon was started with, which the backup has
};

// The folder is new and only its owner can enter it. It holds personal data and password hashes; of secrets
// that the configuration names by path, none. Throws Error{store} if it cannot be read or written, or if the
// disk would be left with less than `reserve`, without which the ledger, and so the signing, might stop; then
// there is no folder.
BackupMade make_backup(const Config& config, const std::filesystem::path& folder,
                       const std::function<void(const std::string&)>& tell,
                       std::uint64_t reserve = k_backup_reserve);

}  // namespace inkan::daemon
