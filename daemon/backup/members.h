// The files of a backup and their hashes. The list is what `sha256sum --check` reads, so that anyone can tell
// whether a backup is still what was written. It is not signed: whether it may be believed, the drill judges.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "policy/types/digest.h"

namespace inkan::daemon {

constexpr const char* k_backup_list = "SHA256SUMS";
constexpr const char* k_backup_database = "inkan.db";
constexpr const char* k_backup_ledger = "ledger";  // as state_dir/ledger, with the checkpoint it stands under
constexpr const char* k_backup_config = "config/inkand.toml";
constexpr const char* k_backup_about = "about.json";

// By their names, which are relative paths without "..".
using BackupMembers = std::map<std::string, policy::Sha256>;

std::string to_list(const BackupMembers& members);
BackupMembers parse_list(const std::string& text);  // throws Error{invalid_input} naming the line

// Every plain file below the folder, by its name there. Throws Error{invalid_input} for anything that is
// neither file nor folder, and for a name that no line of the list could hold.
std::vector<std::string> files_below(const std::filesystem::path& folder);

policy::Sha256 hash_file(const std::filesystem::path& file);  // throws Error{store}
// Hashes what it copies, so that what was judged is what was taken. Makes the folders of `to`.
policy::Sha256 copy_hashed(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace inkan::daemon
