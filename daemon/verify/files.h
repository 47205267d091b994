// Reading the auditor's files: bounded, whole, and saying which one could not be read. Never writes but what
// is asked for.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "policy/log/tile_path.h"

namespace inkan::daemon::verify {

// Nothing if it is not there. Throws policy::Error{store} if it cannot be read or is larger than `most`.
std::optional<std::string> find_file(const std::filesystem::path& file, std::size_t most);
std::string read_file(const std::filesystem::path& file, std::size_t most);  // throws if it is not there
// Whole or not at all: through a file beside it.
void replace_file(const std::filesystem::path& file, std::string_view text);

// Read wherever it is asked for, and not written meanwhile.
class RandomFile {
 public:
  explicit RandomFile(const std::filesystem::path& file);  // throws policy::Error{store}
  ~RandomFile();
  RandomFile(const RandomFile&) = delete;
  RandomFile& operator=(const RandomFile&) = delete;

  std::uint64_t size() const { return size_; }
  void read(std::uint64_t offset, std::span<std::uint8_t> into) const;

 private:
  std::filesystem::path file_;
  int number_;
  std::uint64_t size_ = 0;
};

// A log as C2SP tlog-tiles lays it out below a folder.
class LogDirectory {
 public:
  explicit LogDirectory(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::string checkpoint() const;
  // The octets of a file; nothing if it is not there. Borrowed until the next call for a file of its kind.
  std::optional<policy::BytesView> read(const policy::TilePath& path);

 private:
  std::filesystem::path folder_;
  std::string entries_, tile_;
};

}  // namespace inkan::daemon::verify
