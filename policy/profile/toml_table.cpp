#include "policy/profile/toml_table.h"

#include <charconv>

namespace inkan::policy {
namespace {
const toml::table k_empty;
}

toml::table TomlTable::parse(const std::string& document, const std::string& file) {
  try {
    return toml::parse(document, file);
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    throw Error(ErrorCode::config, file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) +
                                       ": not TOML: " + std::string(error.description()));
  }
}

const toml::node* TomlTable::node(const std::string& key) {
  asked_.insert(key);
  return table_.get(key);
}

void TomlTable::fail_at(const toml::source_region& where, const std::string& what) const {
  std::string text = file_;
  if (where.begin) text += ":" + std::to_string(where.begin.line) + ":" + std::to_string(where.begin.column);
  throw Error(ErrorCode::config, text + ": " + what);
}

void TomlTable::fail(const std::string& key, const std::string& what) const {
  const auto* found = table_.get(key);
  fail_at(found ? found->source() : table_.source(), "`" + name(key) + "` " + what);
}

std::string TomlTable::text(const std::string& key) {
  const auto* found = node(key);
  if (!found) fail(key, "is missing: a string is needed");
  if (!found->is_string()) fail(key, "must be a string");
  return found->value_or(std::string());
}

std::int64_t TomlTable::integer(const std::string& key, std::int64_t least, std::int64_t most) {
  const auto* found = node(key);
  const std::string range = "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  if (!found) fail(key, "is missing: " + range + " is needed");
  if (!found->is_integer()) fail(key, "must be " + range);
  const auto value = found->value_or(std::int64_t{0});
  if (value < least || value > most) fail(key, "is " + std::to_string(value) + "; it must be " + range);
  return value;
}

bool TomlTable::boolean(const std::string& key, bool otherwise) {
  const auto* found = node(key);
  if (!found) return otherwise;
  if (!found->is_boolean()) fail(key, "must be true or false");
  return found->value_or(otherwise);
}

std::chrono::minutes TomlTable::utc_offset(const std::string& key) {
  const std::string offset = text(key);
  const auto digit = [&](std::size_t i) { return offset[i] >= '0' && offset[i] <= '9'; };
  if (offset.size() != 6 || (offset[0] != '+' && offset[0] != '-') || offset[3] != ':' || !digit(1) ||
      !digit(2) || !digit(4) || !digit(5))
    fail(key, "must look like \"+09:00\"");
  if (offset[4] > '5') fail(key, "has more than 59 minutes");
  const int minutes = std::stoi(offset.substr(1, 2)) * 60 + std::stoi(offset.substr(4, 2));
  if (minutes > 14 * 60) fail(key, "is more than 14 hours from UTC");
  return std::chrono::minutes(offset[0] == '-' ? -minutes : minutes);
}

std::pair<std::string, std::uint16_t> TomlTable::host_and_port(const std::string& key) {
  const std::string value = text(key);
  const auto colon = value.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string::npos && colon > 0) {
    const char* const end = value.data() + value.size();
    const char* const begin = value.data() + colon + 1;
    const auto [rest, error] = std::from_chars(begin, end, port);
    if (error == std::errc() && rest == end && end != begin) return {value.substr(0, colon), port};
  }
  fail(key, "is \"" + value + "\"; it must be host:port, such as \"127.0.0.1:8443\"");
}

std::vector<std::string> TomlTable::texts(const std::string& key) {
  std::vector<std::string> all;
  const auto* found = node(key);
  if (!found) return all;
  const auto* array = found->as_array();
  if (!array) fail(key, "must be an array of strings");
  for (const auto& each : *array) {
    if (!each.is_string()) fail(key, "must hold strings only");
    all.push_back(each.value_or(std::string()));
  }
  return all;
}

TomlTable TomlTable::table(const std::string& key) {
  const auto* found = node(key);
  if (!found || !found->is_table())
    fail(key, found ? "must be a table" : "is missing: a table [" + name(key) + "] is needed");
  return {*found->as_table(), name(key), file_};
}

TomlTable TomlTable::table_or_empty(const std::string& key) {
  return node(key) ? table(key) : TomlTable(k_empty, name(key), file_);
}

std::vector<TomlTable> TomlTable::tables(const std::string& key) {
  std::vector<TomlTable> all;
  const auto* found = node(key);
  if (!found) return all;
  const auto* array = found->as_array();
  if (!array) fail(key, "must be an array of tables, [[" + name(key) + "]]");
  for (const auto& each : *array) {
    if (!each.is_table()) fail(key, "must hold tables only");
    all.emplace_back(*each.as_table(), name(key), file_);
  }
  return all;
}

std::vector<std::string> TomlTable::keys() const {
  std::vector<std::string> all;
  for (const auto& [key, value] : table_) all.emplace_back(key.str());
  return all;
}

void TomlTable::finish() const {
  for (const auto& [key, value] : table_) {
    if (asked_.contains(std::string(key.str()))) continue;
    std::string known;
    for (const auto& each : asked_) known += (known.empty() ? "" : ", ") + each;
    fail_at(key.source(), "unknown key `" + name(std::string(key.str())) + "`; known here: " + known);
  }
}

}  // namespace inkan::policy
