#include "daemon/backup/backup_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

namespace fs = std::filesystem;
using policy::Error;
using policy::ErrorCode;

namespace {

[[noreturn]] void fail_at(const fs::path& path, const std::string& what) {
  throw Error(ErrorCode::store, path.string() + " " + what);
}

void sync(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC);
  const bool done = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int why = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!done) fail_at(path, "cannot be made durable: " + std::generic_category().message(why));
}

fs::path without_slash(const fs::path& name) {
  const auto absolute = fs::absolute(name).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

}  // namespace

FolderInMaking::FolderInMaking(fs::path name)
    : name_(without_slash(name)), making_(fs::path(name_).concat(".new")) {
  if (fs::exists(fs::symlink_status(name_)))
    throw Error(
        ErrorCode::invalid_input,
        name_.string() +
            " is there already: a backup never replaces another; give a new name, such as one with the date");
  std::error_code failed;
  fs::create_directory(making_, failed);
  if (!failed) descriptor_ = ::open(making_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor_ < 0)
    fail_at(making_, "cannot be made" + (failed ? ": " + failed.message() : std::string()) +
                         "; check that the folder above it is there and belongs to the user this runs as");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor_);
    fail_at(making_, "is being written by another backup");
  }
  // What a killed one left.
  for (const auto& left : fs::directory_iterator(making_)) fs::remove_all(left.path());
  fs::permissions(making_, fs::perms::owner_all);
}

FolderInMaking::~FolderInMaking() {
  std::error_code ignored;
  if (!placed_) fs::remove_all(making_, ignored);
  ::close(descriptor_);
}

void FolderInMaking::put_in_place() {
  make_durable(making_);
  fault_point("backup.before-rename");
  std::error_code failed;
  fs::rename(making_, name_, failed);
  if (failed) fail_at(name_, "cannot be given its name: " + failed.message());
  placed_ = true;
  fault_point("backup.after-rename");
  sync(name_.parent_path(), O_DIRECTORY);
}

ThrowAwayFolder::ThrowAwayFolder(const fs::path& parent) {
  std::string name = (parent / "inkan-drill-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    fail_at(parent, "takes no new folder (" + std::generic_category().message(errno) +
                        "): name another with --work, which has room for the whole backup");
  path_ = name;
}

ThrowAwayFolder::~ThrowAwayFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void make_durable(const fs::path& folder) {
  for (const auto& each : fs::recursive_directory_iterator(folder))
    sync(each.path(), each.is_directory() ? O_DIRECTORY : 0);
  sync(folder, O_DIRECTORY);
}

}  // namespace inkan::daemon
