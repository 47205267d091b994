#include "daemon/jobs/periodic.h"

#include <algorithm>

namespace inkan::daemon {
namespace {

std::chrono::steady_clock::rep steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

}  // namespace

Periodic::Periodic(std::chrono::milliseconds period, std::function<void()> turn,
                   std::function<void(const std::string&)> report)
    : period_(period),
      turn_(std::move(turn)),
      report_(std::move(report)),
      turned_(steady_now()),
      thread_([this] { run(); }) {}

Periodic::~Periodic() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Periodic::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

std::chrono::steady_clock::duration Periodic::overdue() const {
  const std::chrono::steady_clock::duration since(steady_now() - turned_);
  return std::max(since - period_, std::chrono::steady_clock::duration::zero());
}

void Periodic::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait_for(lock, period_, [this] { return woken_ || stopping_; });
    if (stopping_) return;
    woken_ = false;
    lock.unlock();
    const std::string failure = take_turn();
    turned_ = steady_now();
    if (failure != failure_) report_(failure);
    failure_ = failure;
    lock.lock();
  }
}

std::string Periodic::take_turn() {
  try {
    turn_();
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace inkan::daemon
