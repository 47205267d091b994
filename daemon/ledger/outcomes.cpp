// The outcomes of recorded intents: each in the transaction that changes the row it is about.
#include "daemon/ledger/certificate_event.h"
#include "daemon/ledger/intent_ledger.h"
#include "daemon/store/authority_rows.h"
#include "daemon/store/certificate_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Identity;
using policy::LeafIndex;

namespace {

const Identity& signer_job() {
  static const Identity job = Identity::system_job("signer");
  return job;
}

}  // namespace

template <class Outcome>
IntentLedger::Ended IntentLedger::end_unsigned(Writing& w, LeafIndex intent, const Identity& actor,
                                               policy::EventType type, const Outcome& outcome) {
  const bool certificate = open_context(w.database(), intent) != "{}";
  std::optional<PendingCertificate> pending;
  if (certificate)
    pending = take_pending(w.database(), intent);
  else
    close_intent(w.database(), intent);
  policy::Event event = pending ? certificate_event(type, *pending) : policy::Event{.type = type};
  event.outcome = "failure";
  event.reason = outcome.reason;
  event.detail["intent"] = intent;
  event.detail["rv"] = outcome.rv;
  event.detail["tries"] = outcome.tries;
  return {w.append(event, actor), std::move(pending)};
}

void IntentLedger::fail(LeafIndex intent, const Identity& actor, const pkcs11::NotSigned& outcome) {
  std::optional<std::string> profile;  // none: another kind of intent
  writer_.write([&](Writing& w) {
    const auto [leaf, p] = end_unsigned(w, intent, actor, policy::EventType::sign_failed, outcome);
    if (!p) return;
    profile = p->profile_name;
    insert_certificate(w.database(), *p, CertificateState::failed, intent, leaf, BytesView());
  });
  if (profile) tell(*profile, CertificateState::failed);
}

void IntentLedger::possibly_signed(LeafIndex intent, const Identity& actor,
                                   const pkcs11::PossiblySigned& outcome) {
  std::optional<std::string> profile;
  writer_.write([&](Writing& w) {
    const auto [leaf, p] = end_unsigned(w, intent, actor, policy::EventType::sign_possible, outcome);
    if (!p) return;
    profile = p->profile_name;
    insert_certificate(w.database(), *p, CertificateState::possibly_signed, intent, leaf, BytesView());
    // Law 3: a certificate that may exist somewhere is on the next CRL.
    policy::Event revoke = certificate_event(policy::EventType::cert_revoke, *p);
    revoke.reason = "possibly signed";
    revoke.detail["serial"] = policy::to_hex(p->serial);
    revoke.detail["reason"] = policy::name(policy::RevocationReason::unspecified);
    const LeafIndex revoke_leaf = w.append(revoke, signer_job());
    w.database()
        .prepare("UPDATE certificates SET revoked_at = ?, reason = 0, revoke_leaf = ? WHERE serial = ?")
        .bind(to_seconds(w.now()))
        .bind(revoke_leaf)
        .bind(p->serial)
        .run();
  });
  if (profile) tell(*profile, CertificateState::possibly_signed);
}

void IntentLedger::late(LeafIndex intent, const pkcs11::Signed& signed_by_token) {
  writer_.write([&](Writing& w) {
    {
      auto open = w.database().prepare("SELECT 1 FROM open_intents WHERE intent = ?");
      open.bind(intent);
      if (open.step())
        throw policy::Error(policy::ErrorCode::unavailable,
                            "the outcome before the late one is not written yet");
    }
    policy::Event event{.type = policy::EventType::sign_late,
                        .target = {"signature", std::to_string(intent)}};
    {
      auto certificate =
          w.database().prepare("SELECT serial FROM certificates WHERE intent = ? AND state = 3");
      certificate.bind(intent);
      if (certificate.step()) event.target = {"certificate", policy::to_hex(certificate.octets(0))};
    }
    event.detail = {{"intent", intent},
                    {"tries", signed_by_token.tries},
                    {"sha256", policy::sha256(signed_by_token.object).hex()}};
    w.append(event, signer_job());
    w.database()
        .prepare("UPDATE certificates SET der = ? WHERE intent = ? AND state = 3")
        .bind(signed_by_token.object)
        .bind(intent)
        .run();
  });
}

LeafIndex IntentLedger::complete_crl(LeafIndex intent, const CrlMade& made,
                                     const pkcs11::Signed& signed_by_token) {
  return writer_.write([&](Writing& w) {
    close_intent(w.database(), intent);
    policy::Event event{.type = policy::EventType::crl_issue, .target = {"authority", made.scope.authority}};
    event.detail = {{"intent", intent},
                    {"number", made.number},
                    {"this_update", policy::to_rfc3339(made.this_update)},
                    {"next_update", policy::to_rfc3339(made.next_update)},
                    {"count", made.entries},
                    {"sha256", made.sha256.hex()},
                    {"tries", signed_by_token.tries}};
    if (made.scope.shard != policy::k_full_crl) event.detail["shard"] = made.scope.shard;
    const LeafIndex leaf = w.append(event, Identity::system_job("crl-publisher"));
    w.database()
        .prepare(
            "INSERT INTO crls(authority, shard, number, this_update, next_update, entries, leaf, covers, "
            "der) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(made.scope.authority)
        .bind(made.scope.shard)
        .bind(made.number)
        .bind(to_seconds(made.this_update))
        .bind(to_seconds(made.next_update))
        .bind(made.entries)
        .bind(leaf)
        .bind(made.covers)
        .bind_borrowed(signed_by_token.object)
        .run();
    return leaf;
  });
}

void IntentLedger::complete_request(LeafIndex intent, const std::string& ceremony_id,
                                    const std::string& authority, const std::string& profile,
                                    const policy::TbsCertificationRequest::Fields& fields,
                                    const pkcs11::Signed& signed_by_token) {
  writer_.write([&](Writing& w) {
    close_intent(w.database(), intent);
    policy::Event event{.type = policy::EventType::ca_request, .target = {"authority", authority}};
    event.detail = {{"ceremony_id", ceremony_id},
                    {"intent", intent},
                    {"profile", profile},
                    {"sha256", policy::sha256(signed_by_token.object).hex()},
                    {"spki_sha256", fields.public_key.spki_hash().hex()},
                    {"tries", signed_by_token.tries}};
    const LeafIndex leaf = w.append(event, Identity::system_job("acts"));
    CaRequestRow{authority, fields.signing_key, profile, signed_by_token.object, ceremony_id, leaf}.insert(
        w.database());
  });
}

void IntentLedger::complete_canary(LeafIndex intent, const std::string& key_label) {
  writer_.write([&](Writing& w) {
    close_intent(w.database(), intent);
    policy::Event event{.type = policy::EventType::selftest};
    event.detail = {{"name", "canary"}, {"intent", intent}, {"label", key_label}, {"result", "pass"}};
    w.append(event, Identity::system_job("key-keeper"));
  });
}

namespace {

policy::Event backup_event(const IntentLedger::BackupShown& shown, bool proved) {
  policy::Event event{.type = policy::EventType::key_backup,
                      .outcome = proved ? "success" : "failure",
                      .target = {"key", shown.key.hex()}};
  event.detail = {{"backup", shown.backup}, {"key_id", shown.key.hex()},
                  {"label", shown.label},   {"result", proved ? "proved" : "not proved"},
                  {"serial", shown.serial}, {"token", shown.token}};
  return event;
}

}  // namespace

void IntentLedger::complete_backup(LeafIndex intent, const BackupShown& shown, int tries) {
  writer_.write([&](Writing& w) {
    close_intent(w.database(), intent);
    auto event = backup_event(shown, true);
    event.detail.update({{"intent", intent}, {"tries", tries}});
    w.append(event, Identity::system_job("key-keeper"));
  });
}

void IntentLedger::backup_failed(const BackupShown& shown, const std::string& why) {
  writer_.write([&](Writing& w) {
    auto event = backup_event(shown, false);
    event.reason = why;
    w.append(event, Identity::system_job("key-keeper"));
  });
}

void IntentLedger::complete_evidence(std::optional<LeafIndex> intent, const policy::EvidenceId& id,
                                     const policy::Sha256& pack, const Identity& recipient, int tries) {
  writer_.write([&](Writing& w) {
    if (intent) close_intent(w.database(), *intent);
    policy::Event event{.type = policy::EventType::log_export};
    event.detail = {{"from", policy::to_rfc3339(id.from)},
                    {"to", policy::to_rfc3339(id.to)},
                    {"tree_size", id.tree_size},
                    {"sha256", pack.hex()},
                    {"recipient", recipient.id()}};
    if (intent) event.detail.update({{"intent", *intent}, {"tries", tries}});
    w.append(event, recipient);
  });
}

void IntentLedger::complete_transcript(LeafIndex intent, const std::string& ceremony_id,
                                       const policy::Sha256& transcript, const Identity& actor, int tries) {
  writer_.write([&](Writing& w) {
    close_intent(w.database(), intent);
    policy::Event event{.type = policy::EventType::ceremony_step, .target = {"ceremony", ceremony_id}};
    event.detail = {{"ceremony_id", ceremony_id}, {"step", "transcript"},       {"result", "done"},
                    {"intent", intent},           {"sha256", transcript.hex()}, {"tries", tries}};
    w.append(event, actor);
  });
}

void IntentLedger::complete_checkpoint(LeafIndex intent_row, const policy::TreeHead& head,
                                       const std::string& note, int tries) {
  writer_.write([&](Writing& w) {
    w.database()
        .prepare("UPDATE checkpoint_intents SET outcome = 'signed', tries = ? WHERE id = ?")
        .bind(tries)
        .bind(intent_row)
        .run();
    w.database()
        .prepare("INSERT OR REPLACE INTO checkpoints(size, root, note) VALUES(?, ?, ?)")
        .bind(head.size)
        .bind(head.root.bytes())
        .bind(note)
        .run();
  });
}

void IntentLedger::fail_checkpoint(LeafIndex intent_row, const std::string& why, int tries) {
  writer_.write([&](Writing& w) {
    w.database()
        .prepare("UPDATE checkpoint_intents SET outcome = ?, tries = ? WHERE id = ? AND outcome IS NULL")
        .bind(why)
        .bind(tries)
        .bind(intent_row)
        .run();
  });
}

void IntentLedger::late_checkpoint(LeafIndex intent_row) {
  writer_.write([&](Writing& w) {
    w.database()
        .prepare("UPDATE checkpoint_intents SET outcome = 'signed late, never published' WHERE id = ?")
        .bind(intent_row)
        .run();
  });
}

}  // namespace inkan::daemon
