// Folders that a backup is made in, or taken apart in: private, and gone again unless they are kept.
#pragma once

#include <filesystem>

namespace inkan::daemon {

// A folder that gets its name only once it is whole and durable. What is written meanwhile is in NAME.new
// beside it, which the next one of that name clears away if this process is killed.
class FolderInMaking {
 public:
  // Throws Error{invalid_input} if the name is taken, Error{store} if the folder cannot be made or another
  // process makes it now.
  explicit FolderInMaking(std::filesystem::path name);
  ~FolderInMaking();  // with all that is in it, unless put_in_place() was called
  FolderInMaking(const FolderInMaking&) = delete;
  FolderInMaking& operator=(const FolderInMaking&) = delete;

  const std::filesystem::path& path() const { return making_; }
  void put_in_place();

 private:
  std::filesystem::path name_, making_;
  int descriptor_ = -1;  // locked
  bool placed_ = false;
};

// A new folder below `parent` that only this user can enter, removed with all that is in it.
class ThrowAwayFolder {
 public:
  explicit ThrowAwayFolder(const std::filesystem::path& parent);  // throws Error{store}
  ~ThrowAwayFolder();
  ThrowAwayFolder(const ThrowAwayFolder&) = delete;
  ThrowAwayFolder& operator=(const ThrowAwayFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Every file and folder below it, and its own name: a crash of the machine leaves them as they are now.
void make_durable(const std::filesystem::path& folder);

}  // namespace inkan::daemon
