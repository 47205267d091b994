#include "daemon/jobs/periodic.h"

namespace inkan::daemon {

Periodic::Periodic(std::chrono::milliseconds period, std::function<void()> turn,
                   std::function<void(const std::string&)> failed)
    : period_(period), turn_(std::move(turn)), failed_(std::move(failed)), thread_([this] { run(); }) {}

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
    try {
      turn_();
    } catch (const std::exception& error) {
      failed_(error.what());
    }
    lock.lock();
  }
}

}  // namespace inkan::daemon
