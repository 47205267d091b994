#include "daemon/authority/issuance.h"

#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

// A call that ends by an exception while there is no intent has failed; once there is one, its outcome tells.
class Unrecorded {
 public:
  Unrecorded(Measurements& measurements, const std::string& profile)
      : measurements_(measurements), profile_(profile) {}
  ~Unrecorded() {
    if (!ended_) measurements_.count_issuance(profile_, IssuanceResult::failed);
  }
  Unrecorded(const Unrecorded&) = delete;
  Unrecorded& operator=(const Unrecorded&) = delete;
  void end() { ended_ = true; }

 private:
  Measurements& measurements_;
  const std::string& profile_;
  bool ended_ = false;
};

}  // namespace

api::Outcome<api::IssuedCertificate> Issuance::issue(const api::Call& call,
                                                     const policy::IssuanceRequest& request,
                                                     CertificateAuthority& authority,
                                                     const std::optional<api::Idempotency>& idempotency,
                                                     const std::string& ceremony_id,
                                                     const Admission& admission) {
  const auto begun_at = std::chrono::steady_clock::now();
  Unrecorded unrecorded(measurements_, request.profile());
  // 1 The request was parsed, and its proof of possession verified, when its type was made.
  // 2 Chance and time enter as values.
  std::optional<policy::Serial> drawn;
  try {
    drawn = draw_serial(authority, call.deadline);
  } catch (const Error&) {
    // What has been answered is answered again, even while token or key are out.
    if (const auto earlier = ledger_.find_answer(store_, call, idempotency)) {
      unrecorded.end();
      return replay(*earlier);
    }
    throw;
  }
  const policy::Serial serial = *drawn;
  const policy::Instant now_value = now();
  // 3 Decide: rules, and lints on the very bytes; by the profiles of this moment, whatever is put in force
  // meanwhile.
  const policy::Engine& engine = policies_.now();
  const policy::Issuer issuer = authority.issuer_for(engine.profiles().find(request.profile()), serial);
  policy::Decision decision = engine.decide(request, issuer, call.identity, serial, now_value);
  if (const auto* denial = policy::denied(decision)) {
    unrecorded.end();
    return deny(*denial, request.profile(), call, idempotency);
  }
  auto& approved = std::get<policy::Approved<policy::TbsCertificate>>(decision);
  const auto fields = approved.tbs().fields();
  // 4 Record the intent. If we die after this the intent is on disk and listed at start-up.
  const policy::Profile& profile = *engine.profiles().find(request.profile());
  const auto window = profile.validity.renewal_window(fields.validity);
  auto outcome = ledger_.record(std::move(approved), call, profile,
                                {issuer.id, window.from, request.csr_sha256(), ceremony_id,
                                 admission.enrolment, admission.requester, issuer.crl_shard, admission.admit},
                                idempotency);
  unrecorded.end();
  if (const auto* denial = policy::denied(outcome)) return deny(*denial, profile.name, call, idempotency);
  if (const auto* earlier = std::get_if<Replay>(&outcome)) return replay(*earlier);
  if (const auto* running = std::get_if<api::InProgress>(&outcome)) return *running;
  if (std::holds_alternative<api::KeyReused>(outcome)) return api::KeyReused{};
  auto& recorded = std::get<policy::Recorded<policy::TbsCertificate>>(outcome);
  const policy::LeafIndex intent = recorded.intent();
  fault_point("issue.before-sign");
  // 5 Sign in the token; the signer checks the signature and the bytes.
  const pkcs11::Signed done = unfinished_.sign(*authority.signer, std::move(recorded), call.deadline,
                                               call.identity, "the token did not sign");
  fault_point("issue.after-sign");
  // 6 Complete: the certificate, its outcome leaf and the answer to retries, in one durable transaction.
  const policy::LeafIndex leaf = unfinished_.complete(
      intent, call.identity, [&] { return ledger_.complete(intent, call.identity, done); });
  fault_point("issue.after-complete");
  measurements_.time_issuance(std::chrono::steady_clock::now() - begun_at);
  const auto status = fields.validity.covers(now_value) ? api::CertificateStatus::valid
                                                        : api::CertificateStatus::not_yet_valid;
  return api::IssuedCertificate{
      {serial, issuer.id, profile.name, profile.version, profile.sha256.hex(), fields.subject.text(),
       fields.validity, status, std::nullopt, done.object, call.identity.id(), intent, leaf, window.from,
       window.to, std::nullopt, issuer.crl_shard},
      authorities_.chain(issuer.id, done.object),
      false};
}

policy::Serial Issuance::draw_serial(const CertificateAuthority& authority, pkcs11::Deadline deadline) {
  // A key out of service would turn every intent into a revoked serial: refuse before there is one.
  if (const auto why = authority.signer->out_of_service(); !why.empty())
    throw Error(ErrorCode::key, "the key of authority " + authority.issuer.id + " is out of service: " + why);
  return serials_.draw(deadline);
}

api::Outcome<api::IssuedCertificate> Issuance::deny(const policy::Denial& denial, const std::string& profile,
                                                    const api::Call& call,
                                                    const std::optional<api::Idempotency>& idempotency) {
  Unrecorded unrecorded(measurements_, profile);
  const auto earlier = ledger_.record_denial(denial, call, "issue", idempotency);
  unrecorded.end();
  if (const auto* answered = std::get_if<Replay>(&earlier)) return replay(*answered);
  if (const auto* running = std::get_if<api::InProgress>(&earlier)) return *running;
  if (std::holds_alternative<api::KeyReused>(earlier)) return api::KeyReused{};
  measurements_.count_issuance(profile, IssuanceResult::denied);
  return denial;
}

api::Outcome<api::IssuedCertificate> Issuance::replay(const Replay& replay) const {
  if (const auto* denial = std::get_if<policy::Denial>(&replay.answer)) return *denial;
  auto record = store_.find_certificate(std::get<policy::Serial>(replay.answer), now());
  if (!record) throw Error(ErrorCode::store, "an answered request's certificate is not in the store");
  auto chain = authorities_.chain(record->authority, record->der);
  return api::IssuedCertificate{std::move(*record), std::move(chain), true};
}

}  // namespace inkan::daemon
