// A file of the configuration or of a page, whole, at the start.
#pragma once

#include <filesystem>
#include <string>

namespace inkan::api {

// Throws Error{config} with the file and the mend. `what`: "the configuration".
std::string read_file(const std::filesystem::path& file, const std::string& what);

}  // namespace inkan::api
