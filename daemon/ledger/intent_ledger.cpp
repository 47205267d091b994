#include "daemon/ledger/intent_ledger.h"

#include "daemon/ledger/certificate_event.h"
#include "daemon/ledger/idempotency.h"
#include "daemon/store/certificate_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::Identity;
using policy::LeafIndex;

namespace {

policy::Event intent_event(std::string_view purpose, const policy::KeyId& key, BytesView tbs) {
  policy::Event event{.type = "sign.intent", .target = {"key", key.hex()}};
  event.detail = {{"purpose", purpose}, {"key_id", key.hex()}, {"tbs_sha256", policy::sha256(tbs).hex()}};
  return event;
}

PendingCertificate pending_of(const policy::TbsCertificate& tbs, const api::Call& call,
                              const policy::Profile& profile, std::int64_t profile_row,
                              const CertificateContext& context) {
  const auto& f = tbs.fields();
  PendingCertificate p;
  p.serial = policy::to_bytes(f.serial.content());
  p.authority = context.authority;
  p.profile = profile_row;
  p.profile_name = profile.name;
  p.profile_version = profile.version;
  p.profile_sha256 = profile.sha256.hex();
  p.subject = f.subject.text();
  p.signature_algorithm = policy::name(f.signature_algorithm);
  p.not_before = to_seconds(f.validity.not_before());
  p.not_after = to_seconds(f.validity.not_after());
  p.renewal_from = to_seconds(context.renewal_from);
  p.spki_sha256 = f.public_key.spki_hash().hex();
  p.requester = call.identity.id();
  p.request_id = call.request_id;
  p.trace_id = call.trace_id;
  p.ceremony_id = context.ceremony_id;
  return p;
}

}  // namespace

RecordOutcome<policy::TbsCertificate> IntentLedger::record(
    policy::Approved<policy::TbsCertificate>&& approved, const api::Call& call,
    const policy::Profile& profile, const CertificateContext& context,
    const std::optional<api::Idempotency>& idempotency) {
  const auto& tbs = approved.tbs();
  auto outcome =
      writer_.write([&](Writing& w) -> std::variant<LeafIndex, Replay, api::InProgress, api::KeyReused> {
        const Earlier earlier = earlier_call(w.database(), call.identity, idempotency);
        if (const auto* replay = std::get_if<Replay>(&earlier.answer)) return *replay;
        if (const auto* running = std::get_if<api::InProgress>(&earlier.answer)) return *running;
        if (const auto* reused = std::get_if<api::KeyReused>(&earlier.answer)) return *reused;

        const auto pending = pending_of(tbs, call, profile, profiles_.of(w.database(), profile), context);
        policy::Event event = certificate_event("sign.intent", pending);
        event.detail["purpose"] = policy::TbsCertificate::k_purpose;
        event.detail["key_id"] = tbs.signing_key().hex();
        event.detail["tbs_sha256"] = policy::sha256(tbs.to_be_signed()).hex();
        event.detail["serial"] = tbs.serial().hex();
        event.detail["spki_sha256"] = pending.spki_sha256;
        event.detail["authority"] = context.authority;
        if (context.csr_sha256) event.detail["csr_sha256"] = context.csr_sha256->hex();
        if (earlier.replaces) event.detail["replaces"] = *earlier.replaces;
        const LeafIndex intent = w.append(event, call.identity);
        insert_open_intent(w.database(), intent, policy::TbsCertificate::k_purpose, tbs.signing_key(),
                           pending.serial, tbs.to_be_signed(), pending.to_json());
        if (idempotency)
          put_idempotency(w.database(), call.identity.id(), *idempotency,
                          {policy::to_bytes(idempotency->body_sha256.bytes()), IdempotencyState::recorded,
                           intent, pending.serial, ""},
                          w.now());
        pending_.insert_or_assign(intent, pending);
        return intent;
      });
  if (const auto* intent = std::get_if<LeafIndex>(&outcome))
    return policy::Recorded<policy::TbsCertificate>(policy::RecordingKey(), std::move(approved), *intent);
  if (const auto* replay = std::get_if<Replay>(&outcome)) return *replay;
  if (const auto* running = std::get_if<api::InProgress>(&outcome)) return *running;
  return api::KeyReused{};
}

std::optional<Replay> IntentLedger::find_answer(Store& store, const api::Call& call,
                                                const std::optional<api::Idempotency>& idempotency) const {
  if (!idempotency) return std::nullopt;
  const Earlier earlier =
      store.read([&](Database& database) { return earlier_call(database, call.identity, idempotency); });
  const auto* replay = std::get_if<Replay>(&earlier.answer);
  return replay ? std::optional(*replay) : std::nullopt;
}

std::variant<std::monostate, Replay, api::InProgress, api::KeyReused> IntentLedger::record_denial(
    const policy::Denial& denial, const api::Call& call, const std::string& operation,
    const std::optional<api::Idempotency>& idempotency) {
  return writer_.write([&](Writing& w) {
    const Earlier earlier = earlier_call(w.database(), call.identity, idempotency);
    if (!std::holds_alternative<std::monostate>(earlier.answer)) return earlier.answer;
    policy::Event event{.type = "request.denied", .outcome = "denied"};
    event.request_id = call.request_id;
    event.trace_id = call.trace_id;
    event.detail = {{"op", operation}, {"rule", denial.rule}, {"clause", denial.clause}};
    const LeafIndex leaf = w.append(event, call.identity);
    if (idempotency)
      put_idempotency(w.database(), call.identity.id(), *idempotency,
                      {policy::to_bytes(idempotency->body_sha256.bytes()),
                       IdempotencyState::denied,
                       leaf,
                       {},
                       denial_to_json(denial)},
                      w.now());
    return earlier.answer;
  });
}

policy::Recorded<policy::TbsCertList> IntentLedger::record(policy::Approved<policy::TbsCertList>&& approved,
                                                           const std::string& authority) {
  const auto& tbs = approved.tbs();
  const LeafIndex intent = writer_.write([&](Writing& w) {
    policy::Event event = intent_event(policy::TbsCertList::k_purpose, tbs.signing_key(), tbs.to_be_signed());
    event.target = {"authority", authority};
    event.detail["number"] = tbs.fields().number;
    const LeafIndex index = w.append(event, Identity::system_job("crl-publisher"));
    // The number is spent with the intent: should this one dangle, the next CRL gets another (RFC 5280
    // §5.2.3).
    auto spent =
        w.database().prepare("UPDATE authorities SET crl_number = ? WHERE id = ? AND crl_number < ?");
    spent.bind(tbs.fields().number).bind(authority).bind(tbs.fields().number).run();
    if (spent.changes() != 1)
      throw Error(ErrorCode::internal, "CRL number " + std::to_string(tbs.fields().number) + " of " +
                                           authority + " was used before");
    insert_open_intent(w.database(), index, policy::TbsCertList::k_purpose, tbs.signing_key(), std::nullopt,
                       BytesView(), "{}");
    return index;
  });
  return {policy::RecordingKey(), std::move(approved), intent};
}

policy::Recorded<policy::Canary> IntentLedger::record(policy::Approved<policy::Canary>&& approved,
                                                      const std::string& key_label) {
  const auto& tbs = approved.tbs();
  const LeafIndex intent = writer_.write([&](Writing& w) {
    policy::Event event = intent_event(policy::Canary::k_purpose, tbs.signing_key(), tbs.to_be_signed());
    event.detail["label"] = key_label;
    const LeafIndex index = w.append(event, Identity::system_job("key-keeper"));
    insert_open_intent(w.database(), index, policy::Canary::k_purpose, tbs.signing_key(), std::nullopt,
                       tbs.to_be_signed(), "{}");
    return index;
  });
  return {policy::RecordingKey(), std::move(approved), intent};
}

policy::Recorded<policy::CheckpointBody> IntentLedger::record(
    policy::Approved<policy::CheckpointBody>&& approved) {
  const auto& tbs = approved.tbs();
  const LeafIndex row = writer_.write([&](Writing& w) {
    auto made = w.database().prepare(
        "INSERT INTO checkpoint_intents(size, root, note_sha256, key_id) VALUES(?, ?, ?, ?) RETURNING id");
    made.bind(tbs.head().size)
        .bind(tbs.head().root.bytes())
        .bind(policy::sha256(tbs.to_be_signed()).bytes())
        .bind(tbs.signing_key().bytes());
    made.step();
    const auto id = static_cast<LeafIndex>(made.integer(0));
    made.step();
    return id;
  });
  return {policy::RecordingKey(), std::move(approved), row};
}

}  // namespace inkan::daemon
