// Whether the tokens of this machine have the keys of a backup's store, and sign with them.
#pragma once

#include <filesystem>

#include "daemon/backup/judgement.h"
#include "daemon/config.h"
#include "daemon/pin_entry.h"
#include "daemon/store/store.h"

namespace inkan::daemon {

class KeyJudge {
 public:
  // `database`: the copy of the store, which is thrown away. The proofs' intents and outcomes are recorded
  // there.
  KeyJudge(const Config& config, PinEntry* officers, std::filesystem::path database, Store& store)
      : config_(config), officers_(officers), database_(std::move(database)), store_(store) {}

  // A line for each token that has keys, standbys too, and for each key on it. `signed_texts` gets what was
  // signed.
  void judge(Judgements& say, std::vector<std::string>& signed_texts);

 private:
  const Config& config_;
  PinEntry* officers_;
  std::filesystem::path database_;
  Store& store_;
};

}  // namespace inkan::daemon
