#include "daemon/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : path_(path), descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0) fail("opened");
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void write(std::string_view octets) {
    while (!octets.empty()) {
      const ssize_t written = ::write(descriptor_, octets.data(), octets.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("written");
      octets.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void sync() {
    if (::fsync(descriptor_) != 0) fail("made durable");
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw Error(ErrorCode::store,
                path_.string() + " cannot be " + what + ": " + std::generic_category().message(errno));
  }
  std::filesystem::path path_;
  int descriptor_;
};

std::filesystem::path beside(const std::filesystem::path& file) {
  return std::filesystem::path(file).concat(".new");
}

void put_in_place(const std::filesystem::path& written, const std::filesystem::path& file) {
  std::error_code failed;
  std::filesystem::rename(written, file, failed);
  if (failed) throw Error(ErrorCode::store, file.string() + " cannot be replaced: " + failed.message());
}

}  // namespace

void write_file_durably(const std::filesystem::path& file, std::string_view octets) {
  File(beside(file), O_WRONLY | O_CREAT | O_TRUNC).write(octets);
  fault_point("file.after-write");
  put_in_place_durably(beside(file), file);
}

void put_in_place_durably(const std::filesystem::path& written, const std::filesystem::path& file) {
  File(written, O_RDONLY).sync();
  fault_point("file.before-rename");
  put_in_place(written, file);
  fault_point("file.after-rename");
  // A bare name has no folder of its own to be synced: it is in the current one.
  File(std::filesystem::absolute(file).parent_path(), O_RDONLY | O_DIRECTORY).sync();
}

void write_file_atomically(const std::filesystem::path& file, std::string_view octets) {
  File(beside(file), O_WRONLY | O_CREAT | O_TRUNC).write(octets);
  put_in_place(beside(file), file);
}

std::optional<std::string> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream octets;
  octets << in.rdbuf();
  return octets.str();
}

}  // namespace inkan::daemon
