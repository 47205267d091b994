#include "daemon/authority/revocation.h"

#include "daemon/authority/revocation_judging.h"
#include "daemon/clock.h"
#include "daemon/store/certificate_rows.h"
#include "daemon/store/enrolment_rows.h"
#include "daemon/store/user_rows.h"
#include "policy/rules/revocation_rules.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::RevocationReason;

namespace {

bool is_held(const api::CertificateRecord& record) {
  return record.revocation && record.revocation->reason == RevocationReason::certificate_hold;
}

std::optional<policy::Denial> judge(const api::CertificateRecord& record, const policy::ProfileSet& profiles,
                                    const api::Call& call, const api::RevokeRequest& request) {
  if (auto denial = policy::check_revocation({call.identity, request.reason, request.invalidity_date},
                                             target_of(record.profile, record.requester, profiles), now()))
    return denial;
  if (record.status == api::CertificateStatus::failed)
    return policy::Denial{"revoke.never-signed", "RFC 5280 §5", "this certificate was never signed",
                          "there is nothing to revoke"};
  if (record.revocation && record.revocation->reason != request.reason && !is_held(record))
    return policy::Denial{"revoke.already", "RFC 5280 §5.3.1",
                          "it was revoked on " + policy::to_rfc3339(record.revocation->revoked_at) + " for " +
                              std::string(policy::name(record.revocation->reason)),
                          "a reason once given is not changed"};
  return std::nullopt;
}

std::optional<policy::Denial> judge_release(const api::CertificateRecord& record,
                                            const policy::ProfileSet& profiles, const api::Call& call) {
  if (auto denial =
          policy::check_release(call.identity, target_of(record.profile, record.requester, profiles)))
    return denial;
  if (record.revocation && !is_held(record))
    return policy::Denial{"release.revoked", "RFC 5280 §5.3.1",
                          "it was revoked on " + policy::to_rfc3339(record.revocation->revoked_at) + " for " +
                              std::string(policy::name(record.revocation->reason)),
                          "only certificateHold is taken back: issue a new certificate"};
  return std::nullopt;
}

void keep_answer(Writing& w, const api::Call& call, const policy::Serial& serial,
                 const std::optional<api::Idempotency>& key) {
  if (!key) return;
  put_idempotency(w.database(), call.identity.id(), *key,
                  {policy::to_bytes(key->body_sha256.bytes()), IdempotencyState::answered, std::nullopt,
                   policy::to_bytes(serial.content()), ""},
                  w.now());
}

// The serial stands in the path, not in the body whose hash tells calls apart: the route must carry it.
std::optional<api::Idempotency> bound_to(const std::optional<api::Idempotency>& key,
                                         const policy::Serial& serial) {
  if (!key) return std::nullopt;
  return api::Idempotency{key->key, key->route + " " + serial.hex(), key->body_sha256};
}

// Another call was quicker: throwing rolls this leaf back, and the caller may look again.
void require_one(const Statement& update) {
  if (update.changes() != 1)
    throw Error(ErrorCode::unavailable, "the certificate's status is being changed by another call");
}

void write_release(Writing& w, const api::Call& call, const policy::Serial& serial) {
  w.changes_status(serial);
  policy::Event event{.type = policy::EventType::cert_unhold, .target = {"certificate", serial.hex()}};
  event.request_id = call.request_id;
  event.trace_id = call.trace_id;
  event.detail = {{"serial", serial.hex()}};
  const policy::LeafIndex leaf = w.append(event, call.identity);
  auto update = w.database().prepare(
      "UPDATE certificates SET revoked_at = NULL, reason = NULL, invalidity_date = NULL, revoke_leaf = NULL, "
      "released_at = ?, released_leaf = ? WHERE serial = ? AND revoked_at IS NOT NULL AND reason = 6");
  update.bind(to_seconds(w.now())).bind(leaf).bind(serial.content()).run();
  require_one(update);
}

using Answer = std::variant<std::monostate, Replay, api::InProgress, api::KeyReused>;

}  // namespace

std::optional<RevocationReason> revoked_for(Database& database, const policy::Serial& serial) {
  auto row = database.prepare("SELECT reason FROM certificates WHERE serial = ? AND revoked_at IS NOT NULL");
  row.bind(serial.content());
  return row.step() ? policy::revocation_reason(static_cast<int>(row.integer(0))) : std::nullopt;
}

bool is_revoked(Database& database, const policy::Serial& serial) {
  const auto reason = revoked_for(database, serial);
  return reason && *reason != RevocationReason::certificate_hold;
}

void write_revocation(Writing& w, const api::Call& call, const api::RevokeRequest& request,
                      const std::string& ceremony, const std::map<std::string, std::string>& more) {
  w.changes_status(request.serial);
  const bool hold = request.reason == RevocationReason::certificate_hold;
  policy::Event event{.type = hold ? policy::EventType::cert_hold : policy::EventType::cert_revoke,
                      .target = {"certificate", request.serial.hex()}};
  event.request_id = call.request_id;
  event.trace_id = call.trace_id;
  event.detail = {{"serial", request.serial.hex()}};
  if (!hold) event.detail["reason"] = policy::name(request.reason);
  if (request.invalidity_date) event.detail["invalidity_date"] = policy::to_rfc3339(*request.invalidity_date);
  if (!ceremony.empty()) event.detail["ceremony_id"] = ceremony;
  for (const auto& [name, value] : more) event.detail[name] = value;
  const policy::LeafIndex leaf = w.append(event, call.identity);
  const auto invalidity =
      request.invalidity_date ? std::optional(to_seconds(*request.invalidity_date)) : std::nullopt;
  // What is on hold may be revoked for good.
  auto update = w.database().prepare(
      "UPDATE certificates SET revoked_at = ?, reason = ?, invalidity_date = ?, revoke_leaf = ? WHERE serial "
      "= ? AND (revoked_at IS NULL OR (reason = 6 AND ? <> 6))");
  update.bind(to_seconds(w.now()))
      .bind(static_cast<int>(request.reason))
      .bind(invalidity)
      .bind(leaf)
      .bind(request.serial.content())
      .bind(static_cast<int>(request.reason))
      .run();
  require_one(update);
  // What its user has begun does not outlive it (rule A16), nor does what it may have opened; he is told of
  // it.
  const auto enrolment = EnrolmentRow::find_serial(w.database(), request.serial);
  if (!enrolment) return;
  cancel_authenticated(w.database(), enrolment->user);
  SessionRow::erase_of(w.database(), enrolment->user);
  enrolment->call_for_notice(w.database(), w.now());
}

api::CertificateRecord Revocation::find(const policy::Serial& serial) {
  auto record = store_.find_certificate(serial, now());
  if (!record) throw Error(ErrorCode::not_found, "there is no certificate with serial " + serial.hex());
  return std::move(*record);
}

template <class Write, class Told>
api::Outcome<api::CertificateRecord> Revocation::change(const Change& asked, Write write, Told told) {
  const auto& [call, record, operation, given_key, denial] = asked;
  const auto idempotency = bound_to(given_key, record.serial);
  const Answer earlier =
      denial
          ? ledger_.record_denial(*denial, call, operation, idempotency, {"certificate", record.serial.hex()})
          : ledger_.writer().write([&, &asked_call = call, &serial = record.serial](Writing& w) -> Answer {
              Answer answered = earlier_call(w.database(), asked_call.identity, idempotency).answer;
              if (!std::holds_alternative<std::monostate>(answered)) return answered;
              write(w);
              keep_answer(w, asked_call, serial, idempotency);
              return answered;
            });
  if (const auto* running = std::get_if<api::InProgress>(&earlier)) return *running;
  if (std::holds_alternative<api::KeyReused>(earlier)) return api::KeyReused{};
  if (const auto* replay = std::get_if<Replay>(&earlier)) {
    if (const auto* denied_before = std::get_if<policy::Denial>(&replay->answer)) return *denied_before;
  } else if (denial) {
    return *denial;
  } else {
    told();
  }
  return find(record.serial);
}

void Revocation::publish(const std::string& authority) {
  crls_.changed(authority);
  wake_publisher_();
}

void Revocation::follow(const std::string& authority, RevocationReason reason) {
  measurements_.count_revocation(reason);
  publish(authority);
}

api::Outcome<api::CertificateRecord> Revocation::revoke(const api::Call& call,
                                                        const api::RevokeRequest& request,
                                                        const std::optional<api::Idempotency>& idempotency) {
  const auto record = find(request.serial);
  bool done = false;  // before: as the transaction sees it, not as it was read
  return change(
      {call, record, "revoke", idempotency, judge(record, policies_.now().profiles(), call, request)},
      [&](Writing& w) {
        done = revoked_for(w.database(), request.serial) == request.reason;
        if (!done) write_revocation(w, call, request);
      },
      [&] {
        if (done) return;
        measurements_.count_revocation(request.reason);
        identities_.revoked(policy::fingerprint_of(record.der));
        publish(record.authority);
      });
}

api::Outcome<api::CertificateRecord> Revocation::release(const api::Call& call, const policy::Serial& serial,
                                                         const std::optional<api::Idempotency>& idempotency) {
  const auto record = find(serial);
  bool held = false;  // as the transaction sees it
  return change(
      {call, record, "release", idempotency, judge_release(record, policies_.now().profiles(), call)},
      [&](Writing& w) {
        held = revoked_for(w.database(), serial).has_value();
        if (held) write_release(w, call, serial);
      },
      [&] {
        if (held) publish(record.authority);
      });
}

}  // namespace inkan::daemon
