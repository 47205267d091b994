// Failed authentications, counted per subject and minute, so that a flood of them does not become a flood of
// leaves.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "daemon/ledger/log_writer.h"

namespace inkan::daemon {

class RefusedLog {
 public:
  explicit RefusedLog(LogWriter& writer) : writer_(writer) {}

  void add(const std::string& address, const std::string& subject, const std::string& why);
  void flush();  // one leaf for each kind heard of since the last; called every minute and at stop

 private:
  static constexpr std::size_t k_most_kinds = 1000;  // beyond it, all else is counted as "other"

  LogWriter& writer_;
  std::mutex mutex_;  // guards counts_
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> counts_;
};

}  // namespace inkan::daemon
