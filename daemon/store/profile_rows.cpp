#include "daemon/store/profile_rows.h"

#include "daemon/store/certificate_rows.h"
#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

// Each version with what history says last of it, and whether it is the last of its name.
constexpr const char* k_select_versions =
    "SELECT p.name, p.version, p.sha256, p.document, h.since, h.request, "
    "h.id IS NOT NULL AND h.id = (SELECT max(id) FROM profile_history WHERE name = p.name) AS in_force "
    "FROM profiles p LEFT JOIN profile_history h ON h.id = (SELECT max(id) FROM profile_history WHERE "
    "profile = p.id) ";

std::vector<ProfileVersion> read_versions(Statement& rows) {
  std::vector<ProfileVersion> all;
  while (rows.step()) {
    const auto sha256 = policy::Sha256::from(rows.octets(2));
    if (!sha256)
      throw policy::Error(policy::ErrorCode::store, "a version of profile " + rows.text(0) + " is damaged");
    all.push_back({rows.text(0), static_cast<int>(rows.integer(1)), *sha256, rows.text(3),
                   rows.is_null(4) ? std::nullopt : std::optional(from_seconds(rows.integer(4))),
                   rows.text(5), rows.integer(6) != 0});
  }
  return all;
}

}  // namespace

std::vector<ProfileVersion> profiles_in_force(Database& database) {
  auto rows = database.prepare(std::string(k_select_versions) + "WHERE in_force ORDER BY p.name");
  return read_versions(rows);
}

std::vector<ProfileVersion> versions_of(Database& database, const std::string& name) {
  auto rows = database.prepare(std::string(k_select_versions) + "WHERE p.name = ? ORDER BY p.version, p.id");
  rows.bind(name);
  return read_versions(rows);
}

std::optional<ProfileVersion> profile_in_force(Database& database, const std::string& name) {
  for (auto& version : versions_of(database, name))
    if (version.in_force) return std::move(version);
  return std::nullopt;
}

void put_in_force(Database& database, const policy::Profile& profile, policy::Instant since,
                  const std::string& request) {
  const auto row = ProfileRows().of(database, profile);
  database.prepare("INSERT INTO profile_history(name, profile, since, request) VALUES(?, ?, ?, ?)")
      .bind(profile.name)
      .bind(row)
      .bind(to_seconds(since))
      .bind(request)
      .run();
}

policy::KeyBlocklist blocked_keys(Database& database) {
  std::vector<policy::SpkiHash> hashes;
  auto rows = database.prepare("SELECT spki_sha256 FROM blocked_keys");
  while (rows.step()) {
    const auto hash = policy::SpkiHash::from(rows.octets(0));
    if (!hash) throw policy::Error(policy::ErrorCode::store, "the list of blocked keys is damaged");
    hashes.push_back(*hash);
  }
  return policy::KeyBlocklist::of(std::move(hashes));
}

void block_keys(Database& database, const policy::KeyBlocklist& add) {
  for (const auto& hash : add.hashes())
    database.prepare("INSERT OR IGNORE INTO blocked_keys(spki_sha256) VALUES(?)").bind(hash.bytes()).run();
}

void unblock_keys(Database& database, const policy::KeyBlocklist& remove) {
  for (const auto& hash : remove.hashes())
    database.prepare("DELETE FROM blocked_keys WHERE spki_sha256 = ?").bind(hash.bytes()).run();
}

}  // namespace inkan::daemon
