#include "daemon/store/instance_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

InstanceLock::InstanceLock(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0)
    throw Error(
        ErrorCode::store,
        file.string() + " cannot be opened (" + std::generic_category().message(errno) +
            "): check that state_dir exists and belongs to the user this runs as; `inkan init` makes it");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor_);
    throw Error(ErrorCode::store, "another process works on " + file.parent_path().string() +
                                      ": stop it first (of a daemon: systemctl stop inkand)");
  }
}

InstanceLock::~InstanceLock() {
  ::close(descriptor_);
}

}  // namespace inkan::daemon
