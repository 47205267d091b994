// The rules in force: profiles and blocked keys. A set-up takes them from files; a running authority has them
// from its store, where officers' acts change them, and takes no notice of files that say otherwise.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/config.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/store/store.h"
#include "policy/engine.h"

namespace inkan::daemon {

// A profile of this program, or of a file of the configuration, that is not in force, and never was: what
// officers have replaced by a later version is not offered again.
struct OfferedProfile {
  std::string name;
  int version = 0;
  std::string sha256;
  std::string source;  // the file, or "built in"
};

class Policies {
 public:
  // `in_force`: those of the store; else those of the files, as at a set-up. A store that an earlier version
  // left has none yet: it takes those of the files over, once.
  Policies(Store& store, const Config& config, bool in_force);

  // Those of this moment. A caller that needs them to stay the same through several steps keeps the
  // reference, which stays good for as long as this does.
  const policy::Engine& now() const { return *current_.load(); }
  // In the transaction of a start's leaves: what was taken from files is put in force in the store.
  void keep(Writing& w, const policy::Identity& job) const;
  // After an act on them.
  void follow(Store& store);

  // What files and program offer, and is refused: told at the start, and to whoever asks.
  const std::vector<OfferedProfile>& offered() const { return offered_; }
  std::size_t offered_blocked_keys() const { return offered_blocked_keys_; }

 private:
  void put(policy::ProfileSet profiles, policy::KeyBlocklist blocked);
  void compare(const Config& config, const policy::KeyBlocklist& blocked);

  std::mutex mutex_;                                        // guards all_, own_
  std::vector<std::unique_ptr<const policy::Engine>> all_;  // a few in a daemon's life
  std::atomic<const policy::Engine*> current_ = nullptr;
  std::vector<OfferedProfile> offered_;
  std::size_t offered_blocked_keys_ = 0;
  bool from_files_ = false;
  policy::KeyBlocklist own_;  // the operator's blocked keys, without the published ones
};

}  // namespace inkan::daemon
