#include "daemon/jobs/background.h"

#include <condition_variable>
#include <exception>

namespace inkan::daemon {
namespace {

constexpr std::size_t k_most_at_once = 64;

}  // namespace

struct Background::Task {
  std::function<void()> work;
  std::mutex mutex;  // guards the rest
  std::condition_variable changed;
  bool ended = false;
  std::exception_ptr failure;

  void run() {
    std::exception_ptr thrown;
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    ended = true;
    failure = thrown;
    changed.notify_all();
  }
  bool has_ended() {
    const std::lock_guard lock(mutex);
    return ended;
  }
};

Background::~Background() {
  for (auto& [task, thread] : tasks_) thread.join();
}

// False: there are too many.
bool Background::start(const std::shared_ptr<Task>& task) {
  const std::lock_guard lock(mutex_);
  for (auto at = tasks_.begin(); at != tasks_.end();) {
    if (at->first->has_ended()) {
      at->second.join();
      at = tasks_.erase(at);
    } else {
      ++at;
    }
  }
  if (tasks_.size() >= k_most_at_once) return false;
  tasks_.emplace_back(task, std::thread([task] { task->run(); }));
  return true;
}

bool Background::run(std::function<void()> work, std::chrono::steady_clock::time_point until) {
  const auto task = std::make_shared<Task>();
  task->work = std::move(work);
  if (!start(task)) task->run();
  std::unique_lock lock(task->mutex);
  if (!task->changed.wait_until(lock, until, [&] { return task->ended; })) return false;
  if (task->failure) std::rethrow_exception(task->failure);
  return true;
}

}  // namespace inkan::daemon
