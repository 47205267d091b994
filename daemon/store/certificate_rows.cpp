#include "daemon/store/certificate_rows.h"

#include <nlohmann/json.hpp>

#include "daemon/store/store.h"
#include "policy/types/error.h"
#include "policy/types/json_object.h"

namespace inkan::daemon {

using nlohmann::json;
using policy::Error;
using policy::ErrorCode;

std::string PendingCertificate::to_json() const {
  std::string text;
  text.reserve(768);
  policy::JsonObject row(text);
  row.text("authority", authority);
  row.text("ceremony_id", ceremony_id);
  row.number("not_after", not_after);
  row.number("not_before", not_before);
  row.number("profile", profile);
  row.text("profile_name", profile_name);
  row.text("profile_sha256", profile_sha256);
  row.number("profile_version", profile_version);
  row.number("renewal_from", renewal_from);
  row.text("request_id", request_id);
  row.text("requester", requester);
  row.text("serial", policy::to_hex(serial));
  row.number("shard", shard);
  row.text("signature_algorithm", signature_algorithm);
  row.text("spki_sha256", spki_sha256);
  row.text("subject", subject);
  row.text("trace_id", trace_id);
  row.end();
  return text;
}

PendingCertificate PendingCertificate::from_json(const std::string& text) {
  try {
    const json j = json::parse(text);
    PendingCertificate p;
    p.serial = policy::from_hex(j.at("serial").get<std::string>()).value_or(Bytes{});
    p.authority = j.at("authority");
    p.profile = j.at("profile");
    p.profile_name = j.at("profile_name");
    p.profile_version = j.at("profile_version");
    p.profile_sha256 = j.at("profile_sha256");
    p.subject = j.at("subject");
    p.signature_algorithm = j.at("signature_algorithm");
    p.not_before = j.at("not_before");
    p.not_after = j.at("not_after");
    p.renewal_from = j.at("renewal_from");
    p.spki_sha256 = j.at("spki_sha256");
    p.requester = j.at("requester");
    p.request_id = j.at("request_id");
    p.trace_id = j.at("trace_id");
    p.ceremony_id = j.at("ceremony_id");
    p.shard = j.value("shard", policy::k_full_crl);  // older versions knew none
    return p;
  } catch (const json::exception& error) {
    throw Error(ErrorCode::store, std::string("an open intent's context is damaged: ") + error.what());
  }
}

std::int64_t ProfileRows::of(Database& database, const policy::Profile& profile) {
  if (const auto known = found_.find(profile.sha256); known != found_.end()) return known->second;
  {
    auto found = database.prepare("SELECT id FROM profiles WHERE sha256 = ?");
    found.bind(profile.sha256.bytes());
    if (found.step()) return found_.emplace(profile.sha256, found.integer(0)).first->second;
  }
  auto made = database.prepare(
      "INSERT INTO profiles(name, version, sha256, document) VALUES(?, ?, ?, ?) RETURNING id");
  made.bind(profile.name).bind(profile.version).bind(profile.sha256.bytes()).bind(profile.document);
  made.step();
  const auto id = made.integer(0);
  made.step();  // a RETURNING statement is done only after its last row
  return id;
}

void insert_open_intent(Database& database, policy::LeafIndex intent, std::string_view purpose,
                        const policy::KeyId& key, const std::optional<Bytes>& serial, BytesView tbs,
                        const std::string& context) {
  database
      .prepare(
          "INSERT INTO open_intents(intent, purpose, key_id, serial, tbs, context) VALUES(?, ?, ?, ?, ?, ?)")
      .bind(intent)
      .bind(purpose)
      .bind(key.bytes())
      .bind(serial)
      .bind(tbs)
      .bind(context)
      .run();
}

std::string open_context(Database& database, policy::LeafIndex intent) {
  auto found = database.prepare("SELECT context FROM open_intents WHERE intent = ?");
  found.bind(intent);
  if (!found.step())
    throw Error(ErrorCode::ledger, "intent " + std::to_string(intent) + " has its outcome already");
  return found.text(0);
}

void close_intent(Database& database, policy::LeafIndex intent) {
  auto gone = database.prepare("DELETE FROM open_intents WHERE intent = ?");
  gone.bind(intent).run();
  if (gone.changes() != 1)
    throw Error(ErrorCode::ledger, "intent " + std::to_string(intent) + " has its outcome already");
}

std::optional<CertificateState> find_state(Database& database, BytesView serial) {
  auto row = database.prepare("SELECT state FROM certificates WHERE serial = ?");
  row.bind(serial);
  if (!row.step()) return std::nullopt;
  return static_cast<CertificateState>(row.integer(0));
}

void insert_certificate(Database& database, const PendingCertificate& p, CertificateState state,
                        policy::LeafIndex intent, policy::LeafIndex outcome, BytesView der) {
  database
      .prepare(
          "INSERT INTO certificates(serial, authority, profile, state, subject, not_before, not_after, "
          "renewal_from,"
          " spki_sha256, requester, intent, outcome, der, shard) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?, ?)")
      .bind(p.serial)
      .bind(p.authority)
      .bind(p.profile)
      .bind(static_cast<int>(state))
      .bind(p.subject)
      .bind(p.not_before)
      .bind(p.not_after)
      .bind(p.renewal_from)
      .bind(policy::from_hex(p.spki_sha256).value_or(Bytes{}))
      .bind(p.requester)
      .bind(intent)
      .bind(outcome)
      .bind(der)
      .bind(p.shard == policy::k_full_crl ? std::nullopt : std::optional(p.shard))
      .run();
}

std::optional<IdempotencyRow> find_idempotency(Database& database, const std::string& identity,
                                               const api::Idempotency& key) {
  auto row = database.prepare(
      "SELECT body_sha256, state, intent, serial, denial, answer FROM idempotency WHERE identity = ? AND "
      "route = ? "
      "AND key = ?");
  row.bind(identity).bind(key.route).bind(key.key);
  if (!row.step()) return std::nullopt;
  return IdempotencyRow{
      row.octets(0),
      static_cast<IdempotencyState>(row.integer(1)),
      row.is_null(2) ? std::nullopt : std::optional(static_cast<policy::LeafIndex>(row.integer(2))),
      row.octets(3),
      row.text(4),
      row.is_null(5) ? std::nullopt : std::optional(row.text(5))};
}

void put_idempotency(Database& database, const std::string& identity, const api::Idempotency& key,
                     const IdempotencyRow& row, policy::Instant now) {
  database
      .prepare(
          "INSERT OR REPLACE INTO idempotency(identity, route, key, body_sha256, state, intent, serial, "
          "denial, answer, created_at)"
          " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(identity)
      .bind(key.route)
      .bind(key.key)
      .bind(row.body_sha256)
      .bind(static_cast<int>(row.state))
      .bind(row.intent)
      .bind(row.serial)
      .bind(row.denial)
      .bind(row.answer)
      .bind(to_seconds(now))
      .run();
}

void forget_idempotency_before(Database& database, policy::Instant instant) {
  database.prepare("DELETE FROM idempotency WHERE created_at < ?").bind(to_seconds(instant)).run();
}

std::string denial_to_json(const policy::Denial& denial) {
  return json{
      {"rule", denial.rule}, {"clause", denial.clause}, {"detail", denial.detail}, {"mend", denial.mend}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

policy::Denial denial_from_json(const std::string& text) {
  try {
    const json j = json::parse(text);
    return {j.at("rule"), j.at("clause"), j.at("detail"), j.at("mend")};
  } catch (const json::exception& error) {
    throw Error(ErrorCode::store, std::string("a stored refusal is damaged: ") + error.what());
  }
}

}  // namespace inkan::daemon
