// Output for people: aligned fields and tables. `--json` prints the API's own answer instead.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace inkan::daemon::cli {

using Fields = std::vector<std::pair<std::string, std::string>>;

void print_json(const nlohmann::json& value);
void print_fields(std::ostream& out, const Fields& fields);  // empty values are left out
void print_table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows);

// A member as text: strings bare, numbers and booleans in JSON, nothing for null or absent. `path` is
// "renewal.from".
std::string text_at(const nlohmann::json& value, const std::string& path);

// The files of a command. Both throw Failure{usage}.
std::string read_file(const std::string& path, std::size_t limit);
void write_file(const std::string& path, const std::string& text);

}  // namespace inkan::daemon::cli
