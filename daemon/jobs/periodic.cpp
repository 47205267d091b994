#include "daemon/jobs/periodic.h"

namespace inkan::daemon {

Periodic::Periodic(std::chrono::milliseconds period, std::function<void()> turn,
                   std::function<void(const std::string&)> report)
    : period_(period), turn_(std::move(turn)), report_(std::move(report)), thread_([this] { run(); }) {}

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

void Periodic::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait_for(lock, period_, [this] { return woken_ || stopping_; });
    if (stopping_) return;
    woken_ = false;
    lock.unlock();
    const std::string failure = take_turn();
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
