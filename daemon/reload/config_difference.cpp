#include "daemon/reload/config_difference.h"

#include <toml++/toml.h>

#include <map>
#include <sstream>

#include "policy/profile/toml_table.h"

namespace inkan::daemon {
namespace {

using Values = std::map<std::string, std::string>;

std::string text_of(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& each) { text << each; });
  return text.str();
}

void add(const toml::node& node, const std::string& key, Values& values);

// A table that is empty is a statement too: [metrics].
void add_table(const toml::table& table, const std::string& key, Values& values) {
  if (table.empty() && !key.empty()) values[key] = "{}";
  for (const auto& [name, node] : table)
    add(node, key.empty() ? std::string(name.str()) : key + "." + std::string(name.str()), values);
}

void add_tables(const toml::array& tables, const std::string& key, Values& values) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto& table = *tables.get_as<toml::table>(i);
    const auto name = table["name"].value<std::string>();
    add_table(table, name ? key + "." + *name : key + "[" + std::to_string(i) + "]", values);
  }
}

void add(const toml::node& node, const std::string& key, Values& values) {
  if (const auto* table = node.as_table()) return add_table(*table, key, values);
  if (node.is_array_of_tables()) return add_tables(*node.as_array(), key, values);
  values[key] = text_of(node);
}

Values values_of(const std::string& document) {
  Values values;
  add_table(policy::TomlTable::parse(document, "the configuration"), "", values);
  return values;
}

}  // namespace

std::vector<ConfigChange> differences(const std::string& old, const std::string& now) {
  std::map<std::string, ConfigChange> changes;
  const auto note = [&](const std::string& key) -> ConfigChange& {
    auto& change = changes[key];
    change.key = key;
    return change;
  };
  const Values before = values_of(old), after = values_of(now);
  for (const auto& [key, value] : before) note(key).old = value;
  for (const auto& [key, value] : after) note(key).now = value;
  std::vector<ConfigChange> different;
  for (const auto& [key, change] : changes)
    if (change.old != change.now) different.push_back(change);
  return different;
}

std::string in_words(const std::vector<ConfigChange>& changes) {
  const auto value = [](const std::string& text) { return text.empty() ? "(not set)" : text; };
  std::string words;
  for (const auto& each : changes)
    words += (words.empty() ? "" : "; ") + each.key + ": " + value(each.old) + " -> " + value(each.now);
  return words.empty() ? "none" : words;
}

}  // namespace inkan::daemon
