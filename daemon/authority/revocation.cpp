#include "daemon/authority/revocation.h"

#include "daemon/clock.h"
#include "daemon/store/certificate_rows.h"
#include "policy/rules/revocation_rules.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

policy::RevocationTarget target_of(const api::CertificateRecord& record, const policy::ProfileSet& profiles) {
  const auto* profile = profiles.find(record.profile);
  // A profile that is no longer configured is judged by the stricter row.
  return {record.requester, profile && profile->ca,
          !profile || profile->roles.contains(policy::Role::system)};
}

std::optional<policy::Denial> judge(const api::CertificateRecord& record, const policy::ProfileSet& profiles,
                                    const api::Call& call, const api::RevokeRequest& request) {
  if (auto denial = policy::check_revocation({call.identity, request.reason, request.invalidity_date},
                                             target_of(record, profiles), now()))
    return denial;
  if (record.status == api::CertificateStatus::failed)
    return policy::Denial{"revoke.never-signed", "RFC 5280 §5", "this certificate was never signed",
                          "there is nothing to revoke"};
  if (record.revocation && record.revocation->reason != request.reason)
    return policy::Denial{"revoke.already", "RFC 5280 §5.3.1",
                          "it was revoked on " + policy::to_rfc3339(record.revocation->revoked_at) + " for " +
                              std::string(policy::name(record.revocation->reason)),
                          "a reason once given is not changed"};
  return std::nullopt;
}

void keep_answer(Writing& w, const api::Call& call, const api::RevokeRequest& request,
                 const std::optional<api::Idempotency>& key) {
  if (!key) return;
  put_idempotency(w.database(), call.identity.id(), *key,
                  {policy::to_bytes(key->body_sha256.bytes()), IdempotencyState::answered, std::nullopt,
                   policy::to_bytes(request.serial.content()), ""},
                  w.now());
}

// The serial stands in the path, not in the body whose hash tells calls apart: the route must carry it.
std::optional<api::Idempotency> bound_to(const std::optional<api::Idempotency>& key,
                                         const policy::Serial& serial) {
  if (!key) return std::nullopt;
  return api::Idempotency{key->key, key->route + " " + serial.hex(), key->body_sha256};
}

using Answer = std::variant<std::monostate, Replay, api::InProgress, api::KeyReused>;

}  // namespace

bool is_revoked(Database& database, const policy::Serial& serial) {
  auto row = database.prepare("SELECT revoked_at FROM certificates WHERE serial = ?");
  row.bind(serial.content());
  return row.step() && !row.is_null(0);
}

void write_revocation(Writing& w, const api::Call& call, const api::RevokeRequest& request,
                      const std::string& ceremony) {
  w.changes_status(request.serial);
  policy::Event event{.type = policy::EventType::cert_revoke,
                      .target = {"certificate", request.serial.hex()}};
  event.request_id = call.request_id;
  event.trace_id = call.trace_id;
  event.detail = {{"serial", request.serial.hex()}, {"reason", policy::name(request.reason)}};
  if (request.invalidity_date) event.detail["invalidity_date"] = policy::to_rfc3339(*request.invalidity_date);
  if (!ceremony.empty()) event.detail["ceremony_id"] = ceremony;
  const policy::LeafIndex leaf = w.append(event, call.identity);
  const auto invalidity =
      request.invalidity_date ? std::optional(to_seconds(*request.invalidity_date)) : std::nullopt;
  auto update = w.database().prepare(
      "UPDATE certificates SET revoked_at = ?, reason = ?, invalidity_date = ?, revoke_leaf = ? WHERE serial "
      "= ? AND revoked_at IS NULL");
  update.bind(to_seconds(w.now()))
      .bind(static_cast<int>(request.reason))
      .bind(invalidity)
      .bind(leaf)
      .bind(request.serial.content())
      .run();
  // Another call was quicker: throwing rolls this leaf back, and the caller may look again.
  if (update.changes() != 1)
    throw Error(ErrorCode::unavailable, "the certificate is being revoked by another call");
}

api::Outcome<api::CertificateRecord> Revocation::revoke(const api::Call& call,
                                                        const api::RevokeRequest& request,
                                                        const std::optional<api::Idempotency>& asked) {
  const auto idempotency = bound_to(asked, request.serial);
  const auto record = store_.find_certificate(request.serial, now());
  if (!record)
    throw Error(ErrorCode::not_found, "there is no certificate with serial " + request.serial.hex());
  const auto denial = judge(*record, policies_.now().profiles(), call, request);
  const Answer earlier =
      denial
          ? ledger_.record_denial(*denial, call, "revoke", idempotency, {"certificate", request.serial.hex()})
          : ledger_.writer().write([&](Writing& w) -> Answer {
              Answer answered = earlier_call(w.database(), call.identity, idempotency).answer;
              if (!std::holds_alternative<std::monostate>(answered)) return answered;
              if (!record->revocation) write_revocation(w, call, request);
              keep_answer(w, call, request, idempotency);
              return answered;
            });
  if (const auto* running = std::get_if<api::InProgress>(&earlier)) return *running;
  if (std::holds_alternative<api::KeyReused>(earlier)) return api::KeyReused{};
  if (const auto* replay = std::get_if<Replay>(&earlier)) {
    if (const auto* denied_before = std::get_if<policy::Denial>(&replay->answer)) return *denied_before;
  } else if (denial) {
    return *denial;
  } else if (!record->revocation) {
    measurements_.count_revocation(request.reason);
    identities_.revoked(policy::fingerprint_of(record->der));
    crls_.revoked(record->authority);
    wake_publisher_();
  }
  return *store_.find_certificate(request.serial, now());
}

}  // namespace inkan::daemon
