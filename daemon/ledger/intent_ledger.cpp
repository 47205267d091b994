#include "daemon/ledger/intent_ledger.h"

#include "daemon/ledger/idempotency.h"
#include "daemon/store/certificate_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::Identity;
using policy::LeafIndex;

namespace {

policy::Event intent_event(std::string_view purpose, const policy::KeyId& key, const policy::Sha256& tbs) {
  policy::Event event{.type = policy::EventType::sign_intent, .target = {"key", key.hex()}};
  event.detail = {{"purpose", purpose}, {"key_id", key.hex()}, {"tbs_sha256", tbs.hex()}};
  return event;
}

policy::Event intent_event(std::string_view purpose, const policy::KeyId& key, BytesView tbs) {
  return intent_event(purpose, key, policy::sha256(tbs));
}

}  // namespace

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
    const std::optional<api::Idempotency>& idempotency, const policy::LeafTarget& target) {
  return writer_.write([&](Writing& w) {
    const Earlier earlier = earlier_call(w.database(), call.identity, idempotency);
    if (!std::holds_alternative<std::monostate>(earlier.answer)) return earlier.answer;
    policy::Event event{.type = policy::EventType::request_denied, .outcome = "denied", .target = target};
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
                                                           const CrlScope& scope) {
  const auto& tbs = approved.tbs();
  const auto sha256 = policy::sha256(tbs.to_be_signed());  // not in the writer's time: it may be large
  const LeafIndex intent = writer_.write([&](Writing& w) {
    policy::Event event = intent_event(policy::TbsCertList::k_purpose, tbs.signing_key(), sha256);
    event.target = {"authority", scope.authority};
    event.detail["number"] = tbs.fields().number;
    if (scope.shard != policy::k_full_crl) event.detail["shard"] = scope.shard;
    const LeafIndex index = w.append(event, Identity::system_job("crl-publisher"));
    // The number is spent with the intent: should this one dangle, the next CRL gets another (RFC 5280
    // §5.2.3).
    auto spent =
        w.database().prepare("UPDATE authorities SET crl_number = ? WHERE id = ? AND crl_number < ?");
    spent.bind(tbs.fields().number).bind(scope.authority).bind(tbs.fields().number).run();
    if (spent.changes() != 1)
      throw Error(ErrorCode::internal, "CRL number " + std::to_string(tbs.fields().number) + " of " +
                                           scope.authority + " was used before");
    insert_open_intent(w.database(), index, policy::TbsCertList::k_purpose, tbs.signing_key(), std::nullopt,
                       BytesView(), "{}");
    return index;
  });
  return {policy::RecordingKey(), std::move(approved), intent};
}

policy::Recorded<policy::TbsCertificationRequest> IntentLedger::record(
    policy::Approved<policy::TbsCertificationRequest>&& approved, const std::string& ceremony_id) {
  const auto& tbs = approved.tbs();
  constexpr const char* purpose = policy::TbsCertificationRequest::k_purpose;
  const LeafIndex intent = writer_.write([&](Writing& w) {
    policy::Event event = intent_event(purpose, tbs.signing_key(), tbs.to_be_signed());
    event.detail["ceremony_id"] = ceremony_id;
    const LeafIndex index = w.append(event, Identity::system_job("acts"));
    insert_open_intent(w.database(), index, purpose, tbs.signing_key(), std::nullopt, tbs.to_be_signed(),
                       "{}");
    return index;
  });
  return {policy::RecordingKey(), std::move(approved), intent};
}

template <class Tbs>
LeafIndex IntentLedger::record_message(const Tbs& tbs, const std::string& key_label) {
  return writer_.write([&](Writing& w) {
    policy::Event event = intent_event(Tbs::k_purpose, tbs.signing_key(), tbs.to_be_signed());
    event.detail["label"] = key_label;
    const LeafIndex index = w.append(event, Identity::system_job("key-keeper"));
    insert_open_intent(w.database(), index, Tbs::k_purpose, tbs.signing_key(), std::nullopt,
                       tbs.to_be_signed(), "{}");
    return index;
  });
}

policy::Recorded<policy::Canary> IntentLedger::record(policy::Approved<policy::Canary>&& approved,
                                                      const std::string& key_label) {
  const LeafIndex intent = record_message(approved.tbs(), key_label);
  return {policy::RecordingKey(), std::move(approved), intent};
}

policy::Recorded<policy::BackupProof> IntentLedger::record(policy::Approved<policy::BackupProof>&& approved,
                                                           const std::string& key_label) {
  const LeafIndex intent = record_message(approved.tbs(), key_label);
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

template <class Tbs>
LeafIndex IntentLedger::record_evidence(const Tbs& tbs, const Identity& actor) {
  return writer_.write([&](Writing& w) {
    const auto event = intent_event(Tbs::k_purpose, tbs.signing_key(), tbs.to_be_signed());
    const LeafIndex index = w.append(event, actor);
    insert_open_intent(w.database(), index, Tbs::k_purpose, tbs.signing_key(), std::nullopt,
                       tbs.to_be_signed(), "{}");
    return index;
  });
}

policy::Recorded<policy::EvidenceStatement> IntentLedger::record(
    policy::Approved<policy::EvidenceStatement>&& approved, const Identity& recipient) {
  const LeafIndex intent = record_evidence(approved.tbs(), recipient);
  return {policy::RecordingKey(), std::move(approved), intent};
}

policy::Recorded<policy::Transcript> IntentLedger::record(policy::Approved<policy::Transcript>&& approved,
                                                          const Identity& actor) {
  const LeafIndex intent = record_evidence(approved.tbs(), actor);
  return {policy::RecordingKey(), std::move(approved), intent};
}

}  // namespace inkan::daemon
