// A certificate's way through the ledger: its intent, durable before it is signed, and its outcome. In this
// file alone, so that the benchmark of the ledger's cost can be linked with another that has neither
// (tests/bench/without_ledger).
#include "daemon/authority/issuing_switch.h"
#include "daemon/ledger/certificate_event.h"
#include "daemon/ledger/idempotency.h"
#include "daemon/ledger/intent_ledger.h"
#include "daemon/store/authority_rows.h"
#include "daemon/store/certificate_rows.h"
#include "policy/types/json_object.h"

namespace inkan::daemon {

using policy::Identity;
using policy::LeafIndex;

namespace {

std::string intent_detail(const policy::TbsCertificate& tbs, const PendingCertificate& pending,
                          const CertificateContext& context, std::optional<LeafIndex> replaces) {
  std::string text;
  text.reserve(640);
  policy::JsonObject detail(text);
  detail.text("authority", pending.authority);
  detail.optional_text("ceremony_id", pending.ceremony_id);
  if (context.csr_sha256) detail.text("csr_sha256", context.csr_sha256->hex());
  detail.optional_text("enrolment", context.enrolment);
  detail.text("key_id", tbs.signing_key().hex());
  detail.text("purpose", policy::TbsCertificate::k_purpose);
  if (replaces) detail.number("replaces", *replaces);
  detail.text("serial", tbs.serial().hex());
  if (pending.shard != policy::k_full_crl) detail.number("shard", pending.shard);
  detail.text("spki_sha256", pending.spki_sha256);
  detail.text("tbs_sha256", policy::sha256(tbs.to_be_signed()).hex());
  detail.end();
  return text;
}

std::string issue_detail(LeafIndex intent, const PendingCertificate& p, const pkcs11::Signed& made) {
  std::string text;
  text.reserve(384);
  policy::JsonObject detail(text);
  detail.optional_text("ceremony_id", p.ceremony_id);
  detail.number("intent", intent);
  detail.text("not_after", policy::to_rfc3339(from_seconds(p.not_after)));
  detail.text("not_before", policy::to_rfc3339(from_seconds(p.not_before)));
  detail.text("serial", policy::to_hex(p.serial));
  detail.text("sha256", policy::fingerprint_of(made.object).hex());
  detail.text("sig_alg", p.signature_algorithm);
  detail.number("tries", made.tries);
  detail.end();
  return text;
}

}  // namespace

RecordOutcome<policy::TbsCertificate> IntentLedger::record(
    policy::Approved<policy::TbsCertificate>&& approved, const api::Call& call,
    const policy::Profile& profile, const CertificateContext& context,
    const std::optional<api::Idempotency>& idempotency) {
  const auto& tbs = approved.tbs();
  auto outcome = writer_.write(
      [&](Writing& w) -> std::variant<LeafIndex, Replay, api::InProgress, api::KeyReused, policy::Denial> {
        const Earlier earlier = earlier_call(w.database(), call.identity, idempotency);
        if (const auto* replay = std::get_if<Replay>(&earlier.answer)) return *replay;
        if (const auto* running = std::get_if<api::InProgress>(&earlier.answer)) return *running;
        if (const auto* reused = std::get_if<api::KeyReused>(&earlier.answer)) return *reused;
        require_issuing(w.database(), call.identity);
        // A retired authority still says what became of its certificates: by CRLs, and by who does it for it.
        const bool for_status = profile.ocsp_no_check && call.identity.role() == policy::Role::system;
        require_active(w.database(), context.authority, for_status);

        const auto pending = pending_of(tbs, call, profile, profiles_.of(w.database(), profile), context);
        if (context.admit)
          if (auto denial = context.admit(w, pending)) return *denial;
        policy::Event event = plain_certificate_event(policy::EventType::sign_intent, pending);
        event.written_detail = intent_detail(tbs, pending, context, earlier.replaces);
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
  if (const auto* denial = policy::denied(outcome)) return *denial;
  return api::KeyReused{};
}

PendingCertificate IntentLedger::take_pending(Database& database, LeafIndex intent) {
  // Only memory is asked in the common case; what another run, or a batch that was rolled back, left is read.
  auto known = pending_.extract(intent);
  PendingCertificate pending =
      known ? std::move(known.mapped()) : PendingCertificate::from_json(open_context(database, intent));
  close_intent(database, intent);
  return pending;
}

LeafIndex IntentLedger::complete(LeafIndex intent, const Identity& actor,
                                 const pkcs11::Signed& signed_by_token) {
  std::string profile;
  const LeafIndex leaf = writer_.write([&](Writing& w) {
    const PendingCertificate p = take_pending(w.database(), intent);
    profile = p.profile_name;
    policy::Event event = plain_certificate_event(policy::EventType::cert_issue, p);
    event.written_detail = issue_detail(intent, p, signed_by_token);
    const LeafIndex outcome = w.append(event, actor);
    insert_certificate(w.database(), p, CertificateState::issued, intent, outcome, signed_by_token.object);
    return outcome;
  });
  tell(profile, CertificateState::issued);
  return leaf;
}

}  // namespace inkan::daemon
