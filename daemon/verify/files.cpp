#include "daemon/verify/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "policy/log/leaf.h"
#include "policy/types/error.h"

namespace inkan::daemon::verify {

using policy::Error;
using policy::ErrorCode;

namespace {

constexpr std::size_t k_max_note = 64 * 1024;
constexpr std::size_t k_max_bundle = policy::Tile::k_width * (2 + policy::k_max_leaf);
constexpr std::size_t k_max_tile = policy::Tile::k_width * policy::Sha256::k_size;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorCode::store, file.string() + " " + what);
}

// A log has two of these for 256 leaves: read by hand, into a buffer that stays.
class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& file)
      : number_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

bool read_into(std::string& octets, const std::filesystem::path& file, std::size_t most) {
  const Descriptor in(file);
  if (in.number() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    fail(file, "cannot be opened: " + std::generic_category().message(errno));
  }
  struct stat status {};
  if (::fstat(in.number(), &status) != 0 || !S_ISREG(status.st_mode)) fail(file, "is not a file");
  if (static_cast<std::uint64_t>(status.st_size) > most)
    fail(file, "has " + std::to_string(status.st_size) + " octets; such a file has at most " +
                   std::to_string(most));
  octets.resize(static_cast<std::size_t>(status.st_size));
  for (std::size_t at = 0; at < octets.size();) {
    const ssize_t got = ::read(in.number(), octets.data() + at, octets.size() - at);
    if (got < 0) fail(file, "cannot be read: " + std::generic_category().message(errno));
    if (got == 0) fail(file, "became shorter while it was read");
    at += static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

std::optional<std::string> find_file(const std::filesystem::path& file, std::size_t most) {
  std::string text;
  return read_into(text, file, most) ? std::optional(std::move(text)) : std::nullopt;
}

std::string read_file(const std::filesystem::path& file, std::size_t most) {
  auto text = find_file(file, most);
  if (!text) fail(file, "is not there");
  return std::move(*text);
}

void replace_file(const std::filesystem::path& file, std::string_view text) {
  const auto fresh = std::filesystem::path(file).concat(".new");
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) fail(fresh, "cannot be written");
  }
  std::error_code failed;
  std::filesystem::rename(fresh, file, failed);
  if (failed) fail(file, "cannot be replaced: " + failed.message());
}

RandomFile::RandomFile(const std::filesystem::path& file)
    : file_(file), number_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (number_ < 0) fail(file, "cannot be opened: " + std::generic_category().message(errno));
  struct stat status {};
  if (::fstat(number_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(number_);
    fail(file, "is not a file");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

RandomFile::~RandomFile() {
  ::close(number_);
}

void RandomFile::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
  while (!into.empty()) {
    const ssize_t got = ::pread(number_, into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0) fail(file_, "cannot be read: " + std::generic_category().message(errno));
    if (got == 0) fail(file_, "became shorter while it was read");
    offset += static_cast<std::uint64_t>(got);
    into = into.subspan(static_cast<std::size_t>(got));
  }
}

std::string LogDirectory::checkpoint() const {
  if (!std::filesystem::is_directory(folder_)) fail(folder_, "is not a folder");
  return read_file(folder_ / "checkpoint", k_max_note);
}

std::optional<policy::BytesView> LogDirectory::read(const policy::TilePath& path) {
  std::string& octets = path.entries ? entries_ : tile_;
  if (!read_into(octets, folder_ / path.text(), path.entries ? k_max_bundle : k_max_tile))
    return std::nullopt;
  return policy::as_bytes(octets);
}

}  // namespace inkan::daemon::verify
