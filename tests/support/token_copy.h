// A SoftHSM token and its copy in the same store: the directory copied, as its backup is, under another label
// and serial number, so that one process can open both. SoftHSM keeps both in the clear; keys and PINs are as
// they were.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace inkan::tests {

class TokenCopy {
 public:
  // `from` and `to`: labels of the same length.
  TokenCopy(const std::filesystem::path& store, const std::string& from, const std::string& to) {
    for (const auto& each : std::filesystem::directory_iterator(store)) {
      const auto octets = read(each.path() / "token.object");
      if (octets.find(padded(from)) == std::string::npos) continue;
      folder_ = store / ("copy-" + to);
      std::filesystem::copy(each.path(), folder_, std::filesystem::copy_options::recursive);
      auto changed = octets;
      changed.replace(changed.find(padded(from)), 32, padded(to));
      const auto serial = serial_in(octets, each.path().filename().string());
      // The slot's number is made of the last digits.
      changed[changed.find(serial) + 15] = serial[15] == '0' ? '1' : '0';
      write(folder_ / "token.object", changed);
      return;
    }
    throw std::runtime_error("there is no token " + from);
  }

  const std::filesystem::path& folder() const { return folder_; }

 private:
  static std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static void write(const std::filesystem::path& file, const std::string& octets) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << octets;
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
  }
  static std::string padded(std::string label) {
    label.resize(32, ' ');
    return label;
  }
  // The last 16 digits of the folder's name, which is a UUID (RFC 9562) without need of its hyphens.
  static std::string serial_in(const std::string& octets, std::string uuid) {
    uuid.erase(std::remove(uuid.begin(), uuid.end(), '-'), uuid.end());
    const auto serial = uuid.substr(uuid.size() - 16);
    if (octets.find(serial) == std::string::npos) throw std::runtime_error("no serial number " + serial);
    return serial;
  }

  std::filesystem::path folder_;
};

}  // namespace inkan::tests
