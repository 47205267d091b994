#include "daemon/store/store.h"

#include <nlohmann/json.hpp>

#include "daemon/store/key_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

policy::Instant from_seconds(std::int64_t seconds) {
  return policy::Instant(std::chrono::seconds(seconds));
}
std::int64_t to_seconds(policy::Instant instant) {
  return instant.time_since_epoch().count();
}

Store::Reading::Reading(Store& store) : store_(store) {
  {
    const std::lock_guard lock(store.mutex_);
    if (!store.idle_.empty()) {
      database_ = std::move(store.idle_.back());
      store.idle_.pop_back();
    }
  }
  if (!database_) database_ = std::make_unique<Database>(store.file_, Database::Mode::read_only);
}

Store::Reading::~Reading() {
  const std::lock_guard lock(store_.mutex_);
  if (store_.idle_.size() < k_most_idle) store_.idle_.push_back(std::move(database_));
}

std::string Store::meta(const std::string& key) {
  Reading db(*this);
  auto rows = db->prepare("SELECT value FROM meta WHERE key = ?");
  rows.bind(key);
  return rows.step() ? rows.text(0) : "";
}

std::vector<pkcs11::KeyRecord> Store::keys() {
  Reading db(*this);
  std::vector<pkcs11::KeyRecord> there;
  for (auto& key : KeyRow::all(*db))
    // An authority's key signs before it is active: its request, its own certificate. No other does.
    if (key.state == KeyState::active ||
        (key.state == KeyState::pre_active && key.record.purpose == policy::KeyPurpose::ca))
      there.push_back(std::move(key.record));
  return there;
}

namespace {

std::string of_scope(const CrlScope& scope) {
  return scope.shard == policy::k_full_crl ? "authority = ?" : "authority = ? AND shard = ?";
}
Statement& bind(Statement& statement, const CrlScope& scope) {
  statement.bind(scope.authority);
  return scope.shard == policy::k_full_crl ? statement : statement.bind(scope.shard);
}

}  // namespace

void Store::each_revoked(const CrlScope& scope, policy::Instant listed_since,
                         const std::function<void(const policy::RevokedEntry&)>& each) {
  Reading db(*this);
  const std::string index =
      scope.shard == policy::k_full_crl ? "certificates_listed" : "certificates_listed_shard";
  auto rows = db->prepare("SELECT serial, revoked_at, reason, invalidity_date FROM certificates INDEXED BY " +
                          index + " WHERE " + of_scope(scope) +
                          " AND revoked_at IS NOT NULL AND not_after >= ? ORDER BY serial");
  bind(rows, scope).bind(to_seconds(listed_since));
  while (rows.step()) {
    const auto serial = policy::Serial::from_content(rows.view(0));
    const auto reason = policy::revocation_reason(static_cast<int>(rows.integer(2)));
    if (!serial || !reason)
      throw Error(ErrorCode::store, "a revocation row of authority " + scope.authority + " is damaged");
    each({*serial, from_seconds(rows.integer(1)), *reason,
          rows.is_null(3) ? std::nullopt : std::optional(from_seconds(rows.integer(3)))});
  }
}

policy::CrlNumber Store::crl_number(const std::string& authority) {
  Reading db(*this);
  auto rows = db->prepare("SELECT crl_number FROM authorities WHERE id = ?");
  rows.bind(authority);
  return rows.step() ? static_cast<policy::CrlNumber>(rows.integer(0)) : 0;
}

std::optional<policy::Instant> Store::first_changed_from(const CrlScope& scope, policy::LeafIndex leaf) {
  Reading db(*this);
  auto rows = db->prepare("SELECT min(at) FROM (SELECT min(revoked_at) AS at FROM certificates WHERE " +
                          of_scope(scope) +
                          " AND revoke_leaf >= ? UNION ALL SELECT min(released_at) FROM certificates WHERE " +
                          of_scope(scope) + " AND released_leaf >= ?)");
  bind(rows, scope).bind(leaf);
  bind(rows, scope).bind(leaf);
  return rows.step() && !rows.is_null(0) ? std::optional(from_seconds(rows.integer(0))) : std::nullopt;
}

std::optional<std::pair<policy::CrlNumber, policy::Instant>> Store::first_crl_beyond(const CrlScope& scope,
                                                                                     policy::LeafIndex leaf) {
  Reading db(*this);
  auto rows = db->prepare(
      "SELECT number, this_update FROM crls WHERE authority = ? AND shard = ? AND covers > ? ORDER BY "
      "covers, "
      "number LIMIT 1");
  rows.bind(scope.authority).bind(scope.shard).bind(leaf);
  if (!rows.step()) return std::nullopt;
  return std::pair(static_cast<policy::CrlNumber>(rows.integer(0)), from_seconds(rows.integer(1)));
}

int Store::last_crl_shard(const std::string& authority) {
  Reading db(*this);
  auto rows = db->prepare("SELECT max(shard) FROM crls WHERE authority = ?");
  rows.bind(authority);
  return rows.step() && !rows.is_null(0) ? static_cast<int>(rows.integer(0)) : 0;
}

std::int64_t Store::possibly_signed() {
  Reading db(*this);
  auto rows = db->prepare("SELECT count(*) FROM certificates WHERE state = 3 AND revoked_at IS NOT NULL");
  return rows.step() ? rows.integer(0) : 0;
}

// By what they cover: later ones cover no less, and the index has it.
std::optional<StoredCrl> Store::newest_crl(const std::string& authority, int shard) {
  Reading db(*this);
  auto rows = db->prepare(
      "SELECT number, this_update, next_update, covers, der FROM crls WHERE authority = ? AND shard = ? "
      "ORDER "
      "BY covers DESC, number DESC LIMIT 1");
  rows.bind(authority).bind(shard);
  if (!rows.step()) return std::nullopt;
  auto der = std::make_shared<const Bytes>(rows.octets(4));
  const auto sha256 = policy::sha256(*der);
  return StoredCrl{static_cast<policy::CrlNumber>(rows.integer(0)),
                   from_seconds(rows.integer(1)),
                   from_seconds(rows.integer(2)),
                   static_cast<policy::LeafIndex>(rows.integer(3)),
                   std::move(der),
                   sha256};
}

std::vector<OpenIntent> Store::open_intents() {
  Reading db(*this);
  auto rows = db->prepare("SELECT intent, purpose, serial, tbs, context FROM open_intents ORDER BY intent");
  std::vector<OpenIntent> all;
  while (rows.step())
    all.push_back({static_cast<policy::LeafIndex>(rows.integer(0)), rows.text(1), rows.octets(2),
                   rows.octets(3), rows.text(4)});
  return all;
}

std::optional<StoredCheckpoint> Store::newest_checkpoint() {
  Reading db(*this);
  auto rows = db->prepare("SELECT size, root, note FROM checkpoints ORDER BY size DESC LIMIT 1");
  if (!rows.step()) return std::nullopt;
  const auto root = policy::Sha256::from(rows.octets(1));
  if (!root) throw Error(ErrorCode::store, "the newest checkpoint's row is damaged");
  return StoredCheckpoint{{static_cast<std::uint64_t>(rows.integer(0)), *root}, rows.text(2)};
}

std::int64_t Store::newest_checkpoint_intent() {
  Reading db(*this);
  auto rows = db->prepare("SELECT coalesce(max(id), 0) FROM checkpoint_intents");
  return rows.step() ? rows.integer(0) : 0;
}

std::optional<std::int64_t> to_seconds(const std::optional<policy::Instant>& instant) {
  return instant ? std::optional(to_seconds(*instant)) : std::nullopt;
}

}  // namespace inkan::daemon
