// What the witness has cosigned, one folder per log: the newest checkpoint, and every one before it. It is
// the witness's whole worth: whoever loses or turns it back can be shown a fork.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/instance_lock.h"
#include "policy/log/checkpoint.h"
#include "policy/log/merkle_tree.h"

namespace inkan::daemon::witness {

struct KeptCheckpoint {
  policy::TreeHead head{0, policy::empty_root()};
  std::string note;  // empty: that log was never seen
};

class WitnessState {
 public:
  // Makes the folder if it is not there. Throws policy::Error{ledger} saying what is damaged and how to mend
  // it, {store} if another process works on it.
  WitnessState(std::filesystem::path folder, const std::vector<policy::NoteVerifier>& logs);

  // One log's state, for as long as this lives: nobody else decides about that log meanwhile.
  class Held {
   public:
    const KeptCheckpoint& last() const { return last_; }
    // Durable when it returns. Throws policy::Error{store}; then nothing may be answered.
    void keep(KeptCheckpoint next);

   private:
    friend class WitnessState;
    Held(std::mutex& mutex, KeptCheckpoint& last, std::filesystem::path folder)
        : lock_(mutex), last_(last), folder_(std::move(folder)) {}
    std::unique_lock<std::mutex> lock_;
    KeptCheckpoint& last_;
    std::filesystem::path folder_;
  };
  Held hold(const std::string& origin);  // one of the constructor's logs

  // "<hash of the origin>": where that log's files are, below the folder.
  static std::string folder_name(const std::string& origin);

 private:
  struct Log {
    std::mutex mutex;  // guards last
    KeptCheckpoint last;
  };

  std::filesystem::path folder_;
  std::optional<InstanceLock> lock_;
  std::map<std::string, Log> logs_;  // by origin; the keys never change
};

// The newest checkpoint of each log below the folder, as it stands on disk; for people.
std::vector<std::string> newest_checkpoints(const std::filesystem::path& folder);

}  // namespace inkan::daemon::witness
