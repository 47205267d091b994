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

std::vector<Bytes> outside_issuers_of(Database& database, const std::string& authority) {
  auto rows =
      database.prepare("SELECT certificate FROM outside_issuers WHERE authority = ? ORDER BY position");
  rows.bind(authority);
  std::vector<Bytes> all;
  while (rows.step()) all.push_back(rows.octets(0));
  return all;
}

constexpr const char* k_select_requests =
    "SELECT authority, key_id, profile, request, approval, leaf FROM ca_requests ";

CaRequestRow read_request(const Statement& row) {
  const auto key = policy::KeyId::from(row.octets(1));
  if (!key) throw Error(ErrorCode::store, "the record of request " + row.text(0) + " is damaged");
  return {row.text(0),   *key,        row.text(2),
          row.octets(3), row.text(4), static_cast<std::uint64_t>(row.integer(5))};
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
  for (auto& each : all) each.outside_issuers = outside_issuers_of(database, each.id);
  return all;
}

std::optional<AuthorityRow> AuthorityRow::find(Database& database, const std::string& id) {
  auto row = database.prepare(std::string(k_select_authorities) + "WHERE id = ?");
  row.bind(id);
  if (!row.step()) return std::nullopt;
  auto found = read_authority(row);
  found.outside_issuers = outside_issuers_of(database, id);
  return found;
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

std::vector<CaRequestRow> CaRequestRow::all(Database& database) {
  auto rows = database.prepare(std::string(k_select_requests) + "ORDER BY authority");
  std::vector<CaRequestRow> all;
  while (rows.step()) all.push_back(read_request(rows));
  return all;
}

std::optional<CaRequestRow> CaRequestRow::find(Database& database, const std::string& authority) {
  auto row = database.prepare(std::string(k_select_requests) + "WHERE authority = ?");
  row.bind(authority);
  return row.step() ? std::optional(read_request(row)) : std::nullopt;
}

void CaRequestRow::insert(Database& database) const {
  database
      .prepare(
          "INSERT INTO ca_requests(authority, key_id, profile, request, approval, leaf) VALUES(?, ?, ?, ?, "
          "?, "
          "?)")
      .bind(authority)
      .bind(key.bytes())
      .bind(profile)
      .bind(request)
      .bind(approval)
      .bind(leaf)
      .run();
}

void CaRequestRow::remove(Database& database, const std::string& authority) {
  database.prepare("DELETE FROM ca_requests WHERE authority = ?").bind(authority).run();
}

void insert_outside_issuers(Database& database, const std::string& authority,
                            const std::vector<Bytes>& certificates, std::uint64_t leaf) {
  for (std::size_t i = 0; i < certificates.size(); ++i)
    database.prepare("INSERT INTO outside_issuers(authority, position, certificate, leaf) VALUES(?, ?, ?, ?)")
        .bind(authority)
        .bind(static_cast<std::int64_t>(i))
        .bind(certificates[i])
        .bind(leaf)
        .run();
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

void require_active(Database& database, const std::string& authority, bool retired_too) {
  auto row = database.prepare("SELECT state FROM authorities WHERE id = ?");
  row.bind(authority);
  // One that has no row yet signs itself, while it is being made; a pending one the key of the root before.
  if (row.step() && row.text(0) != name(AuthorityState::active) &&
      row.text(0) != name(AuthorityState::pending) &&
      !(retired_too && row.text(0) == name(AuthorityState::retired)))
    throw Error(ErrorCode::unavailable, "authority " + authority + " is " + row.text(0) +
                                            " and signs no certificates: another issues now, ask again");
}

}  // namespace inkan::daemon
