// Other programs as judges: run with a time limit, on files in a temporary folder that goes away.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "policy/types/bytes.h"

namespace inkan::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "inkan-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Writes a file and says where.
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream file(path_ / name, std::ios::binary);
    file << text;
    if (!file.flush()) throw std::runtime_error("cannot write " + name);
    return (path_ / name).string();
  }
  std::string write(const std::string& name, policy::BytesView octets) const {
    return write(name, policy::as_text(octets));
  }

 private:
  std::filesystem::path path_;
};

struct Verdict {
  int status = -1;
  std::string output;  // both streams
};

// Runs a program without a shell's reading of its arguments. 124: it took more than a hundred seconds.
inline Verdict run(const std::vector<std::string>& command) {
  std::string line = "timeout 100";
  for (const auto& word : command) {
    line += " '";
    for (const char c : word) line += c == '\'' ? "'\\''" : std::string(1, c);
    line += "'";
  }
  FILE* const pipe = popen((line + " 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + line);
  Verdict verdict;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) verdict.output.append(buffer, n);
  const int status = pclose(pipe);
  verdict.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return verdict;
}

inline bool is_installed(const std::string& program) {
  return run({"sh", "-c", "command -v " + program}).status == 0;
}

}  // namespace inkan::test
