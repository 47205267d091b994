// Work that its caller waits for only so long, and that goes on after he has left.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace inkan::daemon {

class Background {
 public:
  Background() = default;
  ~Background();  // waits for all that goes on
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // Runs `work`, which owns all that it uses, and waits for it until `until`. True: it has ended, and what it
  // threw is thrown on. False: it goes on; what it throws then is nobody's. Beyond 64 that go on the caller
  // waits to the end: whoever asks for more must not gather threads.
  bool run(std::function<void()> work, std::chrono::steady_clock::time_point until);

 private:
  struct Task;
  bool start(const std::shared_ptr<Task>& task);

  std::mutex mutex_;  // guards tasks_
  std::list<std::pair<std::shared_ptr<Task>, std::thread>> tasks_;
};

}  // namespace inkan::daemon
