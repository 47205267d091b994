#include "daemon/store/identity_rows.h"

#include <algorithm>

#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

std::vector<IdentityKey> keys_of(Database& database, const std::string& id) {
  std::vector<IdentityKey> keys;
  auto rows = database.prepare(
      "SELECT spki_sha256, serial, granted_at, granted_by FROM identity_keys WHERE identity = ? ORDER BY "
      "position");
  rows.bind(id);
  while (rows.step()) {
    const auto key = policy::SpkiHash::from(rows.octets(0));
    if (!key) throw Error(ErrorCode::store, "a key of identity " + id + " is damaged");
    keys.push_back({*key, rows.is_null(1) ? std::nullopt : policy::Serial::from_content(rows.octets(1)),
                    from_seconds(rows.integer(2)), rows.text(3)});
  }
  return keys;
}

}  // namespace

std::vector<IdentityRow> IdentityRow::all(Database& database) {
  std::vector<IdentityRow> all;
  auto rows = database.prepare("SELECT id, role, ended_at, ended_by FROM identities ORDER BY id");
  while (rows.step()) {
    const auto role = policy::role(rows.text(1));
    if (!role) throw Error(ErrorCode::store, "identity " + rows.text(0) + " is damaged");
    all.push_back({rows.text(0), *role, keys_of(database, rows.text(0)),
                   rows.is_null(2) ? std::nullopt : std::optional(from_seconds(rows.integer(2))),
                   rows.text(3)});
  }
  return all;
}

std::optional<IdentityRow> IdentityRow::find(Database& database, const std::string& id) {
  for (auto& row : all(database))
    if (row.id == id) return std::move(row);
  return std::nullopt;
}

bool IdentityRow::is_id(const std::string& text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 64 && plain(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '.' || c == '_'; });
}

int IdentityRow::count(Database& database, policy::Role role) {
  auto row = database.prepare("SELECT count(*) FROM identities WHERE role = ? AND ended_at IS NULL");
  row.bind(policy::name(role));
  return row.step() ? static_cast<int>(row.integer(0)) : 0;
}

void IdentityRow::grant(Database& database, const std::string& id, policy::Role role,
                        const IdentityKey& key) {
  if (const auto owner = owner_of(database, key.key))
    throw Error(ErrorCode::store, "key " + key.key.hex() + " is that of identity " + *owner);
  database
      .prepare(
          "INSERT INTO identities(id, role, spki_sha256, created_at) VALUES(?, ?, ?, ?) ON CONFLICT(id) DO "
          "UPDATE SET spki_sha256 = excluded.spki_sha256")
      .bind(id)
      .bind(policy::name(role))
      .bind(key.key.bytes())
      .bind(to_seconds(key.granted))
      .run();
  auto row = database.prepare(
      "INSERT INTO identity_keys(spki_sha256, identity, position, serial, granted_at, granted_by) VALUES(?, "
      "?, "
      "(SELECT count(*) FROM identity_keys WHERE identity = ?), ?, ?, ?)");
  row.bind(key.key.bytes()).bind(id).bind(id);
  row.bind(key.serial ? std::optional(policy::to_bytes(key.serial->content())) : std::nullopt);
  row.bind(to_seconds(key.granted)).bind(key.by).run();
}

void IdentityRow::end(Database& database, const std::string& id, policy::Instant when,
                      const std::string& by) {
  database.prepare("UPDATE identities SET ended_at = ?, ended_by = ? WHERE id = ?")
      .bind(to_seconds(when))
      .bind(by)
      .bind(id)
      .run();
}

std::optional<std::string> owner_of(Database& database, const policy::SpkiHash& key) {
  auto row = database.prepare(
      "SELECT identity FROM identity_keys WHERE spki_sha256 = ?1 UNION SELECT id FROM identities WHERE "
      "spki_sha256 = ?1");
  row.bind(key.bytes());
  return row.step() ? std::optional(row.text(0)) : std::nullopt;
}

}  // namespace inkan::daemon
