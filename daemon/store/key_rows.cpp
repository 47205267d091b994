#include "daemon/store/key_rows.h"

#include <nlohmann/json.hpp>

#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr std::pair<KeyState, std::string_view> k_key_states[] = {{KeyState::pre_active, "pre-active"},
                                                                  {KeyState::active, "active"},
                                                                  {KeyState::deactivated, "deactivated"},
                                                                  {KeyState::destroyed, "destroyed"}};

constexpr const char* k_select_keys =
    "SELECT key_id, purpose, token, label, algorithm, bits, signature_algorithm, spki, attributes, state, "
    "ceremony, created_at FROM keys ";

KeyRow read_key(const Statement& row) {
  const auto id = policy::KeyId::from(row.octets(0));
  const auto purpose = policy::key_purpose(row.text(1));
  const auto signature = policy::signature_algorithm(row.text(6));
  const auto state = key_state(row.text(9));
  if (!id || !purpose || !signature || !state)
    throw Error(ErrorCode::store, "the record of key " + row.text(3) + " is damaged");
  return {{*id, *purpose, row.text(2), row.text(3), static_cast<policy::KeyAlgorithm>(row.integer(4)),
           static_cast<int>(row.integer(5)), *signature, row.octets(7),
           nlohmann::json::parse(row.text(8)).get<pkcs11::KeyAttributes>()},
          *state,
          row.text(10),
          from_seconds(row.integer(11))};
}

std::vector<KeyRow> read_keys(Statement& rows) {
  std::vector<KeyRow> all;
  while (rows.step()) all.push_back(read_key(rows));
  return all;
}

void set_state(Database& database, const pkcs11::KeyRecord& key, KeyState state) {
  database.prepare("UPDATE keys SET state = ? WHERE key_id = ?").bind(name(state)).bind(key.id.bytes()).run();
}

}  // namespace

std::string_view name(KeyState state) {
  for (const auto& [each, text] : k_key_states)
    if (each == state) return text;
  return "";
}

std::optional<KeyState> key_state(std::string_view name) {
  for (const auto& [state, text] : k_key_states)
    if (text == name) return state;
  return std::nullopt;
}

std::vector<KeyRow> KeyRow::all(Database& database) {
  auto rows = database.prepare(std::string(k_select_keys) + "ORDER BY created_at, label");
  return read_keys(rows);
}

std::vector<KeyRow> KeyRow::of_ceremony(Database& database, const std::string& ceremony) {
  auto rows = database.prepare(std::string(k_select_keys) + "WHERE ceremony = ?");
  rows.bind(ceremony);
  return read_keys(rows);
}

std::vector<UnbornKey> UnbornKey::all(Database& database) {
  auto rows = database.prepare("SELECT key_id, token, ceremony FROM planned_keys");
  std::vector<UnbornKey> all;
  while (rows.step()) {
    const auto id = policy::KeyId::from(rows.octets(0));
    if (!id) throw Error(ErrorCode::store, "a planned key's row is damaged");
    all.push_back({*id, rows.text(1), rows.text(2)});
  }
  return all;
}

std::vector<UnbornKey> UnbornKey::of_ceremony(Database& database, const std::string& ceremony) {
  auto those = all(database);
  std::erase_if(those, [&](const auto& key) { return key.ceremony != ceremony; });
  return those;
}

void UnbornKey::insert(Database& database) const {
  database.prepare("INSERT INTO planned_keys(key_id, token, ceremony) VALUES(?, ?, ?)")
      .bind(id.bytes())
      .bind(token)
      .bind(ceremony)
      .run();
}

void UnbornKey::remove(Database& database) const {
  database.prepare("DELETE FROM planned_keys WHERE key_id = ?").bind(id.bytes()).run();
}

void record_birth(Writing& w, const pkcs11::KeyRecord& key, KeyState state, const std::string& ceremony,
                  const policy::Identity& actor) {
  w.database()
      .prepare(
          "INSERT INTO keys(key_id, purpose, token, label, algorithm, bits, signature_algorithm, spki, "
          "attributes, created_at, state, ceremony)"
          " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(key.id.bytes())
      .bind(policy::name(key.purpose))
      .bind(key.token)
      .bind(key.label)
      .bind(static_cast<int>(key.algorithm))
      .bind(key.bits)
      .bind(policy::name(key.signature_algorithm))
      .bind(key.spki)
      .bind(nlohmann::json(key.attributes).dump())
      .bind(to_seconds(w.now()))
      .bind(name(state))
      .bind(ceremony)
      .run();
  UnbornKey{key.id, key.token, ceremony}.remove(w.database());
  policy::Event event{.type = policy::EventType::key_generate, .target = {"key", key.id.hex()}};
  event.detail = {{"key_id", key.id.hex()},
                  {"cka_id", key.id.hex()},
                  {"alg", policy::name(key.algorithm)},
                  {"bits", key.bits},
                  {"purpose", policy::name(key.purpose)},
                  {"attrs", key.attributes},
                  {"spki_sha256", policy::spki_hash_of(key.spki).hex()},
                  {"ceremony_id", ceremony}};
  w.append(event, actor);
}

void change_state(Writing& w, const pkcs11::KeyRecord& key, KeyState from, KeyState to,
                  const policy::Identity& actor) {
  set_state(w.database(), key, to);
  policy::Event event{.type = policy::EventType::key_state, .target = {"key", key.id.hex()}};
  event.detail = {{"key_id", key.id.hex()}, {"label", key.label}, {"from", name(from)}, {"to", name(to)}};
  w.append(event, actor);
}

void record_destruction(Writing& w, const pkcs11::KeyRecord& key, const std::string& request,
                        const policy::Identity& actor) {
  set_state(w.database(), key, KeyState::destroyed);
  policy::Event event{.type = policy::EventType::key_destroy, .target = {"key", key.id.hex()}};
  event.detail = {{"key_id", key.id.hex()},
                  {"label", key.label},
                  {"method", "C_DestroyObject"},
                  {"verified", "no object under its CKA_ID is left in the token"},
                  {"request", request}};
  w.append(event, actor);
}

}  // namespace inkan::daemon
