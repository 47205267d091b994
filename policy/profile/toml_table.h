// Strict reading of a TOML table: every key is asked for by name and type, and none may be left over.
#pragma once

#include <toml++/toml.h>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/types/error.h"

namespace inkan::policy {

// Throws Error{config} "file:line:column: …" with what is wrong and what would be right.
class TomlTable {
 public:
  TomlTable(const toml::table& table, std::string path, std::string file)
      : table_(table), path_(std::move(path)), file_(std::move(file)) {}
  static toml::table parse(const std::string& document, const std::string& file);

  bool has(const std::string& key) { return node(key) != nullptr; }
  std::string text(const std::string& key);
  std::string text(const std::string& key, const std::string& otherwise) {
    return has(key) ? text(key) : otherwise;
  }
  std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most);
  std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most,
                       std::int64_t otherwise) {
    return has(key) ? integer(key, least, most) : otherwise;
  }
  bool boolean(const std::string& key, bool otherwise);
  std::chrono::minutes utc_offset(const std::string& key);  // "+09:00", at most 14 hours; required
  std::pair<std::string, std::uint16_t> host_and_port(const std::string& key);  // "127.0.0.1:8443"; required
  std::vector<std::string> texts(const std::string& key);                       // missing: empty
  TomlTable table(const std::string& key);                                      // required
  TomlTable table_or_empty(const std::string& key);
  std::vector<TomlTable> tables(const std::string& key);  // [[key]]; missing: empty
  std::vector<std::string> keys() const;

  // Everything not asked for is an error: a misspelt key must not become a silent default.
  void finish() const;

  [[noreturn]] void fail(const std::string& key, const std::string& what) const;

 private:
  const toml::node* node(const std::string& key);
  std::string name(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
  [[noreturn]] void fail_at(const toml::source_region& where, const std::string& what) const;

  const toml::table& table_;
  std::string path_, file_;
  std::set<std::string> asked_;
};

}  // namespace inkan::policy
