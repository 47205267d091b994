// Whether a backup does: store, log, configuration and tokens belong together, and to what was kept outside.
// Judged on a copy that is thrown away; neither the backup nor what is running is changed, and no key signs.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/backup/judgement.h"
#include "daemon/backup/members.h"
#include "daemon/config.h"
#include "daemon/pin_entry.h"

namespace inkan::daemon {

// The latest time a leaf may have before the clock is called wrong.
constexpr std::chrono::minutes k_clock_tolerance{5};

struct DrillOrder {
  std::filesystem::path backup;
  const Config& config;                     // of this machine: how its tokens are reached
  std::vector<std::filesystem::path> kept;  // checkpoints kept outside, since the backup or before it
  std::uint64_t accepted_loss = 0;  // leaves that a kept checkpoint covers and the backup does not have
  policy::InstantMicros now;
  PinEntry* officers = nullptr;                    // null: no PIN is entered
  std::function<void(const std::string&)> tell{};  // of what takes time
};

struct DrillReport {
  Judgements judgements;
  BackupMembers members;   // as judged
  std::string checkpoint;  // the backup's note
  std::uint64_t covered = 0, leaves = 0;
  std::optional<policy::Sha256> root;    // of all its leaves
  std::optional<policy::TreeHead> kept;  // the newest of those kept outside

  std::uint64_t lost() const { return kept && kept->size > leaves ? kept->size - leaves : 0; }
};

// `work` is empty, has room for the backup, and is the caller's to remove. Never throws for what the backup
// is.
DrillReport drill(const DrillOrder& order, const std::filesystem::path& work);

}  // namespace inkan::daemon
