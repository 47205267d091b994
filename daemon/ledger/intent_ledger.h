// The intent ledger: the only maker of Recorded values. Nothing is signed before its intent leaf is on disk,
// and every intent gets its outcome in the transaction that changes the row it is about. Laws 1 to 4 of
// packaging/doc/auditor.md.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <variant>

#include "api/authority.h"
#include "daemon/ledger/idempotency.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/store/certificate_rows.h"
#include "daemon/store/store.h"
#include "pkcs11/sign_outcome.h"
#include "policy/approval.h"
#include "policy/backup_proof.h"
#include "policy/canary.h"
#include "policy/evidence/statement.h"
#include "policy/evidence/transcript.h"
#include "policy/log/checkpoint.h"
#include "policy/ocsp/ocsp_response.h"
#include "policy/profile/profile.h"
#include "policy/x509/tbs_cert_list.h"
#include "policy/x509/tbs_certificate.h"
#include "policy/x509/tbs_certification_request.h"

namespace inkan::daemon {

// What goes with a certificate from its intent to its row.
struct CertificateContext {
  std::string authority;
  policy::Instant renewal_from;
  std::optional<policy::Sha256> csr_sha256;
  std::string ceremony_id;         // set-up only
  std::string enrolment = {};      // a subscriber's
  std::string requester = {};      // whose the certificate is; empty: the caller's
  int shard = policy::k_full_crl;  // of the CRL that it names

  // Asked in the transaction of the intent, before it is written; what it writes lasts if it has no denial.
  std::function<std::optional<policy::Denial>(Writing&, const PendingCertificate&)> admit = {};
};

// How the responses of one batch ended.
struct OcspTally {
  std::uint64_t made = 0, failed = 0, possible = 0;
  std::uint64_t retries = 0;  // C_Sign calls beyond each one's first
  std::string reason = {};    // of the first that was not signed
};

template <class Tbs>
using RecordOutcome =
    std::variant<policy::Recorded<Tbs>, Replay, api::InProgress, api::KeyReused, policy::Denial>;

class IntentLedger {
 public:
  explicit IntentLedger(LogWriter& writer) : writer_(writer) {}
  LogWriter& writer() { return writer_; }

  // Hears, once it is durable, how a certificate's intent ended. Set before anything is recorded.
  using OnCertificate = std::function<void(const std::string& profile, CertificateState state)>;
  void on_certificate(OnCertificate callback) { on_certificate_ = std::move(callback); }

  // Intents. Each returns once the intent is durable; each throws Error{store} if it could not be made so.
  RecordOutcome<policy::TbsCertificate> record(policy::Approved<policy::TbsCertificate>&& approved,
                                               const api::Call& call, const policy::Profile& profile,
                                               const CertificateContext& context,
                                               const std::optional<api::Idempotency>& idempotency);
  policy::Recorded<policy::TbsCertList> record(policy::Approved<policy::TbsCertList>&& approved,
                                               const CrlScope& scope);
  // One intent, and one fsync, for all of them: its tbs_sha256 is the root (RFC 6962 §2.1) of what is to be
  // signed, in their order. All by one key.
  std::vector<policy::Recorded<policy::OcspResponseData>> record(
      std::vector<policy::Approved<policy::OcspResponseData>>&& approved);
  policy::Recorded<policy::TbsCertificationRequest> record(
      policy::Approved<policy::TbsCertificationRequest>&& approved, const std::string& ceremony_id);
  policy::Recorded<policy::Canary> record(policy::Approved<policy::Canary>&& approved,
                                          const std::string& key_label);
  policy::Recorded<policy::BackupProof> record(policy::Approved<policy::BackupProof>&& approved,
                                               const std::string& key_label);
  policy::Recorded<policy::CheckpointBody> record(policy::Approved<policy::CheckpointBody>&& approved);
  policy::Recorded<policy::EvidenceStatement> record(policy::Approved<policy::EvidenceStatement>&& approved,
                                                     const policy::Identity& recipient);
  policy::Recorded<policy::Transcript> record(policy::Approved<policy::Transcript>&& approved,
                                              const policy::Identity& actor);

  // The answer to an earlier call with this Idempotency-Key, where there is one already; asked again by the
  // others, inside their transactions.
  std::optional<Replay> find_answer(Store& store, const api::Call& call,
                                    const std::optional<api::Idempotency>& idempotency) const;

  // A refusal by the rules: its leaf, and the answer for retries. Says Replay, InProgress or KeyReused if
  // there was one. `target`: what the operation would have changed, if that exists.
  std::variant<std::monostate, Replay, api::InProgress, api::KeyReused> record_denial(
      const policy::Denial& denial, const api::Call& call, const std::string& operation,
      const std::optional<api::Idempotency>& idempotency, const policy::LeafTarget& target = {});

  // Outcomes of a certificate's intent. `signed_by_token` is not released before complete() has returned.
  policy::LeafIndex complete(policy::LeafIndex intent, const policy::Identity& actor,
                             const pkcs11::Signed& signed_by_token);
  void fail(policy::LeafIndex intent, const policy::Identity& actor, const pkcs11::NotSigned& outcome);
  // Law 3: the serial is revoked, the fact listed. Also closes what dangled at start-up.
  void possibly_signed(policy::LeafIndex intent, const policy::Identity& actor,
                       const pkcs11::PossiblySigned& outcome);
  // A signature that came after possibly_signed: stored beside its revoked serial, never released.
  void late(policy::LeafIndex intent, const pkcs11::Signed& signed_by_token);

  // Outcomes of the others.
  struct CrlMade {
    CrlScope scope;
    policy::CrlNumber number;
    policy::Instant this_update, next_update;
    std::uint64_t entries;
    policy::LeafIndex covers;  // every change of a status whose leaf is below is told by it
    policy::Sha256 sha256;     // of the signed CRL
  };
  policy::LeafIndex complete_crl(policy::LeafIndex intent, const CrlMade& made,
                                 const pkcs11::Signed& signed_by_token);
  void complete_ocsp(policy::LeafIndex intent, const OcspTally& tally);
  // The request, by approval `ceremony_id`, waits in the store for its answer from then on.
  void complete_request(policy::LeafIndex intent, const std::string& ceremony_id,
                        const std::string& authority, const std::string& profile,
                        const policy::TbsCertificationRequest::Fields& fields,
                        const pkcs11::Signed& signed_by_token);
  void complete_canary(policy::LeafIndex intent, const std::string& key_label);
  // `intent` and `tries`: of the signature made for this recipient; nothing, if it was made for another
  // before.
  // What a backup token showed of a key; `intent` and `tries`: of the signature that its copy made.
  struct BackupShown {
    policy::KeyId key;
    std::string label, token, backup, serial;  // both tokens by name; the serial number of the backup
  };
  void complete_backup(policy::LeafIndex intent, const BackupShown& shown, int tries);
  void backup_failed(const BackupShown& shown, const std::string& why);
  void complete_evidence(std::optional<policy::LeafIndex> intent, const policy::EvidenceId& id,
                         const policy::Sha256& pack, const policy::Identity& recipient, int tries);
  void complete_transcript(policy::LeafIndex intent, const std::string& ceremony_id,
                           const policy::Sha256& transcript, const policy::Identity& actor, int tries);
  void complete_checkpoint(policy::LeafIndex intent_row, const policy::TreeHead& head,
                           const std::string& note, int tries);
  void fail_checkpoint(policy::LeafIndex intent_row, const std::string& why, int tries);
  void late_checkpoint(policy::LeafIndex intent_row);  // signed after all; never published

 private:
  // The leaf of an intent that brought no signature, and the row to be if it was a certificate's.
  struct Ended {
    policy::LeafIndex leaf;
    std::optional<PendingCertificate> pending;
  };
  template <class Outcome>  // pkcs11::NotSigned or PossiblySigned
  Ended end_unsigned(Writing& w, policy::LeafIndex intent, const policy::Identity& actor,
                     policy::EventType type, const Outcome& outcome);
  template <class Tbs>  // Canary or BackupProof
  policy::LeafIndex record_message(const Tbs& tbs, const std::string& key_label);
  template <class Tbs>  // EvidenceStatement or Transcript
  policy::LeafIndex record_evidence(const Tbs& tbs, const policy::Identity& actor);
  // The row to be, and its intent closed.
  PendingCertificate take_pending(Database& database, policy::LeafIndex intent);

  void tell(const std::string& profile, CertificateState state) const {
    if (on_certificate_) on_certificate_(profile, state);
  }

  LogWriter& writer_;
  OnCertificate on_certificate_;
  // What was recorded and is not completed, beside the row that survives a crash; the writer's thread alone.
  std::map<policy::LeafIndex, PendingCertificate> pending_;
  ProfileRows profiles_;  // the writer's thread alone
};

}  // namespace inkan::daemon
