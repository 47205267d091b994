#include "daemon/store/authority_rows.h"

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr std::pair<AuthorityState, std::string_view> k_authority_states[] = {
    {AuthorityState::pending, "pending"},
    {AuthorityState::active, "active"},
    {AuthorityState::retired, "retired"},
    {AuthorityState::closed, "closed"},
    {AuthorityState::undone, "undone"}};

constexpr const char* k_select_authorities =
    "SELECT id, key_id, issuer, certificate, state FROM authorities ";

AuthorityRow read_authority(const Statement& row) {
  const auto key = policy::KeyId::from(row.octets(1));
  const auto state = authority_state(row.text(4));
  if (!key || !state) throw Error(ErrorCode::store, "the record of authority " + row.text(0) + " is damaged");
  return {row.text(0), *key, row.is_null(2) ? std::nullopt : std::optional(row.text(2)), row.octets(3),
          *state};
}

}  // namespace

std::string_view name(AuthorityState state) {
  for (const auto& [each, text] : k_authority_states)
    if (each == state) return text;
  return "";
}

std::optional<AuthorityState> authority_state(std::string_view name) {
  for (const auto& [state, text] : k_authority_states)
    if (text == name) return state;
  return std::nullopt;
}

std::vector<AuthorityRow> AuthorityRow::all(Database& database) {
  auto rows = database.prepare(std::string(k_select_authorities) + "ORDER BY position");
  std::vector<AuthorityRow> all;
  while (rows.step()) all.push_back(read_authority(rows));
  return all;
}

std::optional<AuthorityRow> AuthorityRow::find(Database& database, const std::string& id) {
  auto row = database.prepare(std::string(k_select_authorities) + "WHERE id = ?");
  row.bind(id);
  return row.step() ? std::optional(read_authority(row)) : std::nullopt;
}

void AuthorityRow::insert(Database& database) const {
  database
      .prepare(
          "INSERT INTO authorities(id, key_id, issuer, certificate, state, position) VALUES(?, ?, ?, ?, ?, "
          "(SELECT count(*) FROM authorities))")
      .bind(id)
      .bind(key.bytes())
      .bind(issuer)
      .bind(certificate)
      .bind(name(state))
      .run();
}

void AuthorityRow::set_state(Database& database, const std::string& id, AuthorityState state) {
  database.prepare("UPDATE authorities SET state = ? WHERE id = ?").bind(name(state)).bind(id).run();
}

std::string issuing_authority(Database& database) {
  auto named = database.prepare("SELECT value FROM meta WHERE key = 'issuing_authority'");
  return named.step() ? named.text(0) : "";
}

void set_issuing_authority(Database& database, const std::string& id) {
  database
      .prepare(
          "INSERT INTO meta(key, value) VALUES('issuing_authority', ?) "
          "ON CONFLICT(key) DO UPDATE SET value = excluded.value")
      .bind(id)
      .run();
}

void require_active(Database& database, const std::string& authority) {
  auto row = database.prepare("SELECT state FROM authorities WHERE id = ?");
  row.bind(authority);
  // One that has no row yet signs itself, while it is being made.
  if (row.step() && row.text(0) != name(AuthorityState::active))
    throw Error(ErrorCode::unavailable, "authority " + authority + " is " + row.text(0) +
                                            " and signs no certificates: another issues now, ask again");
}

}  // namespace inkan::daemon
