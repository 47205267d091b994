// Files that are replaced whole: whoever reads one sees the old or the new, never a part.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace inkan::daemon {

// Atomic and durable: after a crash at any step the file is the old one or the new one. Throws Error{store}.
void write_file_durably(const std::filesystem::path& file, std::string_view octets);
// Atomic only: a crash of the machine may leave it empty. For what is made again at the next start.
void write_file_atomically(const std::filesystem::path& file, std::string_view octets);
// A file that was written beside its place and closed, put there: as durable as the first.
void put_in_place_durably(const std::filesystem::path& written, const std::filesystem::path& file);
std::optional<std::string> read_file(const std::filesystem::path& file);  // nothing if it is not there

}  // namespace inkan::daemon
