// One job on a thread of its own: run every so often, or at once when woken. What it throws is reported,
// never fatal.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace inkan::daemon {

class Periodic {
 public:
  // `report` hears when turns begin to fail, when they fail in another way, and, with an empty text, when
  // they no longer do: a token that is out for an hour is two lines, not one for each turn.
  Periodic(std::chrono::milliseconds period, std::function<void()> turn,
           std::function<void(const std::string& why)> report);
  ~Periodic();  // waits for the turn under way
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  void wake();  // the next turn starts now

  // How long ago the turn that follows the last one should have begun, whether it has or not; 0: it is not
  // due. Beyond what a turn may take, it hangs in one.
  std::chrono::steady_clock::duration overdue() const;

 private:
  void run();
  std::string take_turn();  // what it threw; empty if nothing

  std::chrono::milliseconds period_;
  std::function<void()> turn_;
  std::function<void(const std::string&)> report_;
  std::atomic<std::chrono::steady_clock::rep> turned_;  // when a turn ended last
  std::string failure_;                                 // of the last turn; the job's thread alone
  std::mutex mutex_;                                    // guards woken_, stopping_
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace inkan::daemon
