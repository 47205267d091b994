// In the benchmark's program, instead of daemon/ledger/intent_ledger_certificates.cpp: a certificate is
// signed without an intent, and its row written once, durably, with the answer to retries: what a CA does
// that keeps certificates and no ledger of its signatures.
#include <mutex>

#include "daemon/ledger/certificate_event.h"
#include "daemon/ledger/intent_ledger.h"
#include "daemon/store/certificate_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

struct Unwritten {
  PendingCertificate row;
  const policy::Profile* profile;
  std::optional<api::Idempotency> idempotency;
};

std::mutex g_mutex;  // guards the two below
std::map<policy::LeafIndex, Unwritten> g_unwritten;
policy::LeafIndex g_next = policy::LeafIndex{1} << 41;

}  // namespace

RecordOutcome<policy::TbsCertificate> IntentLedger::record(
    policy::Approved<policy::TbsCertificate>&& approved, const api::Call& call,
    const policy::Profile& profile, const CertificateContext& context,
    const std::optional<api::Idempotency>& idempotency) {
  Unwritten unwritten{pending_of(approved.tbs(), call, profile, 0, context), &profile, idempotency};
  const std::lock_guard lock(g_mutex);
  const policy::LeafIndex intent = g_next++;
  g_unwritten.emplace(intent, std::move(unwritten));
  return policy::Recorded<policy::TbsCertificate>(policy::RecordingKey(), std::move(approved), intent);
}

policy::LeafIndex IntentLedger::complete(policy::LeafIndex intent, const policy::Identity& actor,
                                         const pkcs11::Signed& signed_by_token) {
  auto unwritten = [&] {
    const std::lock_guard lock(g_mutex);
    return std::move(g_unwritten.extract(intent).mapped());
  }();
  PendingCertificate& row = unwritten.row;
  writer_.write([&](Writing& w) {
    row.profile = profiles_.of(w.database(), *unwritten.profile);
    insert_certificate(w.database(), row, CertificateState::issued, intent, intent, signed_by_token.object);
    if (unwritten.idempotency)
      put_idempotency(w.database(), actor.id(), *unwritten.idempotency,
                      {policy::to_bytes(unwritten.idempotency->body_sha256.bytes()),
                       IdempotencyState::answered, std::nullopt, row.serial, ""},
                      w.now());
  });
  tell(row.profile_name, CertificateState::issued);
  return intent;
}

PendingCertificate IntentLedger::take_pending(Database&, policy::LeafIndex intent) {
  throw policy::Error(policy::ErrorCode::internal,
                      "certificate " + std::to_string(intent) + " was not signed; a benchmark ends here");
}

}  // namespace inkan::daemon
