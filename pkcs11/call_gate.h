// Lets calls into a module pass in parallel, and can shut them out until none is inside.
#pragma once

#include <condition_variable>
#include <mutex>

#include "pkcs11/sign_outcome.h"

namespace inkan::pkcs11 {

// A readers/writer lock that prefers the writer, gives up at a deadline, and turns readers away instead of
// making them wait. C_Finalize with a call in flight crashes SoftHSM and aborts p11-kit's client.
class CallGate {
 public:
  bool enter() {
    const std::lock_guard lock(mutex_);
    if (shut_) return false;
    ++inside_;
    return true;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    if (--inside_ == 0) empty_.notify_all();
  }
  // True once nobody is inside; false, and open again, if that did not come about in time. One caller at a
  // time.
  bool shut(Deadline deadline) {
    std::unique_lock lock(mutex_);
    shut_ = true;
    if (empty_.wait_until(lock, deadline, [this] { return inside_ == 0; })) return true;
    shut_ = false;
    return false;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    shut_ = false;
  }
  int inside() const {
    const std::lock_guard lock(mutex_);
    return inside_;
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable empty_;
  int inside_ = 0;
  bool shut_ = false;
};

}  // namespace inkan::pkcs11
