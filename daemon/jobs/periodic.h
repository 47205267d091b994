// One job on a thread of its own: run every so often, or at once when woken. What it throws is reported,
// never fatal.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace inkan::daemon {

class Periodic {
 public:
  // `failed` hears what a turn threw.
  Periodic(std::chrono::milliseconds period, std::function<void()> turn,
           std::function<void(const std::string&)> failed);
  ~Periodic();  // waits for the turn under way
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  void wake();  // the next turn starts now

 private:
  void run();

  std::chrono::milliseconds period_;
  std::function<void()> turn_;
  std::function<void(const std::string&)> failed_;
  std::mutex mutex_;  // guards woken_, stopping_
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace inkan::daemon
