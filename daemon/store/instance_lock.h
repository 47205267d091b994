// One process at a time on one state directory: the writer keeps the log's edge in memory.
#pragma once

#include <filesystem>

namespace inkan::daemon {

class InstanceLock {
 public:
  explicit InstanceLock(
      const std::filesystem::path& file);  // throws Error{store} if another process holds it
  ~InstanceLock();
  InstanceLock(const InstanceLock&) = delete;
  InstanceLock& operator=(const InstanceLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace inkan::daemon
