#include "daemon/backup/members.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "policy/types/error.h"

namespace inkan::daemon {

namespace fs = std::filesystem;
using policy::Error;
using policy::ErrorCode;

namespace {

constexpr std::size_t k_part = 1 << 20;  // octets read at once

bool is_member_name(const std::string& name) {
  const fs::path path(name);
  return !name.empty() && name.find_first_of("\\\n\r") == std::string::npos && path.is_relative() &&
         path.lexically_normal().generic_string() == name && *path.begin() != ".." && path.has_filename();
}

template <class Take>
policy::Sha256 read_through(const fs::path& file, Take&& take) {
  std::ifstream in(file, std::ios::binary);
  policy::Sha256Stream hash;
  std::string part(k_part, '\0');
  while (in) {
    in.read(part.data(), static_cast<std::streamsize>(part.size()));
    const auto octets =
        policy::as_bytes(std::string_view(part).substr(0, static_cast<std::size_t>(in.gcount())));
    hash.update(octets);
    take(octets);
  }
  if (!in.eof())
    throw Error(ErrorCode::store, file.string() + " cannot be read: check the path and its permissions");
  return hash.finish();
}

}  // namespace

std::string to_list(const BackupMembers& members) {
  std::string text;
  for (const auto& [name, sha256] : members) text += sha256.hex() + "  " + name + "\n";
  return text;
}

BackupMembers parse_list(const std::string& text) {
  constexpr std::size_t k_digits = 2 * policy::Sha256::k_size;
  BackupMembers members;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto sha256 = policy::Sha256::from_hex(line.substr(0, k_digits));
    const std::string name = line.size() > k_digits + 2 ? line.substr(k_digits + 2) : "";
    if (!sha256 || line.substr(k_digits, 2) != "  " || !is_member_name(name) ||
        !members.emplace(name, *sha256).second)
      throw Error(ErrorCode::invalid_input, std::string(k_backup_list) + ", line " + std::to_string(number) +
                                                ", is not \"<SHA-256>  <name>\" with a name of its own");
  }
  return members;
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& each : fs::recursive_directory_iterator(folder)) {
    const auto name = each.path().lexically_relative(folder).generic_string();
    const auto type = each.symlink_status().type();
    if (type == fs::file_type::directory) continue;
    if (type != fs::file_type::regular || !is_member_name(name))
      throw Error(ErrorCode::invalid_input, each.path().string() +
                                                " cannot be part of a backup: it is no plain file, or its "
                                                "name has a backslash or a line's end");
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

policy::Sha256 hash_file(const fs::path& file) {
  return read_through(file, [](policy::BytesView) {});
}

policy::Sha256 copy_hashed(const fs::path& from, const fs::path& to) {
  if (!fs::is_regular_file(from))
    throw Error(ErrorCode::store, from.string() + " is missing, or no plain file");
  fs::create_directories(to.parent_path());
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  const auto sha256 = read_through(from, [&](policy::BytesView part) {
    out.write(reinterpret_cast<const char*>(part.data()), static_cast<std::streamsize>(part.size()));
  });
  out.close();
  if (!out) throw Error(ErrorCode::store, to.string() + " cannot be written: is the disk full?");
  return sha256;
}

}  // namespace inkan::daemon
