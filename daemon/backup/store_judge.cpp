#include "daemon/backup/store_judge.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "daemon/backup/judgement.h"
#include "daemon/store/identity_rows.h"
#include "daemon/store/schema.h"
#include "policy/log/event_type.h"

namespace inkan::daemon {
namespace {

using nlohmann::json;
using policy::EventType;

std::set<std::string> objects_of(Database& database) {
  std::set<std::string> all;
  auto rows = database.prepare(
      "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'");
  while (rows.step()) all.insert(rows.text(0) + " " + rows.text(1) + ": " + rows.text(2));
  return all;
}

std::string head_of(const std::string& object) {
  return object.substr(0, object.find(':'));
}

struct Granted {
  std::set<std::pair<std::string, std::string>> keys;  // role, SPKI hash
  bool ended = false;
};

std::map<std::string, Granted> granted_by_leaves(Database& database) {
  std::map<std::string, Granted> all;
  auto rows = database.prepare(
      "SELECT leaf FROM leaves WHERE json_valid(leaf) AND json_extract(leaf, '$.type') IN (?, ?) ORDER BY "
      "idx");
  rows.bind(policy::name(EventType::role_grant)).bind(policy::name(EventType::role_revoke));
  while (rows.step()) {
    const auto leaf = json::parse(rows.text(0));
    auto& account = all[leaf.at("target").value("id", "")];
    const bool granted = leaf.at("type") == policy::name(EventType::role_grant);
    account.ended = !granted;
    if (granted)
      account.keys.emplace(leaf.at("detail").value("role", ""), leaf.at("detail").value("spki_sha256", ""));
  }
  return all;
}

}  // namespace

void judge_schema(Database& database, const std::filesystem::path& fresh) {
  Database made(fresh, Database::Mode::create);
  migrate(made);
  const auto ours = objects_of(made), theirs = objects_of(database);
  for (const auto& object : theirs)
    if (!ours.contains(object)) fault(head_of(object) + " is not as this program makes it");
  for (const auto& object : ours)
    if (!theirs.contains(object)) fault(head_of(object) + " is missing");
}

std::string judge_accounts(Database& database) {
  auto told = granted_by_leaves(database);
  std::size_t ended = 0;
  const auto rows = IdentityRow::all(database);
  for (const auto& row : rows) {
    const auto& granted = told[row.id];
    const std::string role(policy::name(row.role));
    if (row.keys.empty()) fault("identity " + row.id + " has no key");
    for (const auto& key : row.keys)
      if (!granted.keys.contains({role, key.key.hex()}))
        fault("no leaf grants identity " + row.id + " the role " + role +
              " with the key that it has in the store");
    if (row.ended.has_value() != granted.ended)
      fault("identity " + row.id +
            (granted.ended ? " was ended, and acts in the store"
                           : " has ended in the store, and no leaf tells of it"));
    ended += row.ended ? 1 : 0;
    told.erase(row.id);
  }
  if (!told.empty())
    fault("identity " + told.begin()->first + " was granted a role, and is not in the store");
  return std::to_string(rows.size()) + " identities with roles and keys as the log tells, " +
         std::to_string(ended) + " of them ended";
}

}  // namespace inkan::daemon
