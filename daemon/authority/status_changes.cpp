// The service's calls that change the status of certificates, and tell where that is published.
#include "daemon/authority/service.h"
#include "daemon/clock.h"

namespace inkan::daemon {

api::Outcome<api::CertificateRecord> Service::revoke(const api::Call& call, const api::RevokeRequest& request,
                                                     const std::optional<api::Idempotency>& idempotency) {
  return revocation_.revoke(call, request, idempotency);
}

api::Outcome<api::CertificateRecord> Service::release(const api::Call& call, const policy::Serial& serial,
                                                      const std::optional<api::Idempotency>& idempotency) {
  return revocation_.release(call, serial, idempotency);
}

policy::OrDenial<api::RevocationReport> Service::preview_revocations(const api::Call& call,
                                                                     const api::RevocationOrder& order) {
  return bulk_revocation_.preview(call, order);
}

api::Outcome<api::RevocationReport> Service::revoke_many(const api::Call& call,
                                                         const api::RevocationOrder& order,
                                                         const std::optional<api::Idempotency>& idempotency) {
  return bulk_revocation_.revoke(call, order, idempotency);
}

std::optional<api::RevocationReport> Service::find_revocations(const api::Call& call, const std::string& id) {
  return bulk_revocation_.find(call, id);
}

std::variant<api::Publication, std::string> Service::publication(const api::CertificateRecord& certificate,
                                                                 policy::LeafIndex leaf,
                                                                 api::Deadline until) {
  // RFC 5280 §3.3.
  if (certificate.validity.not_after() < now()) return "it has expired, and CRLs list no such certificate";
  const auto crl = core_.crls.wait_for({certificate.authority, certificate.crl_shard}, leaf, until);
  if (!crl) return "no CRL tells of it yet: the next one of authority " + certificate.authority + " will";
  api::Publication told{crl->first, crl->second};
  // From the change's transaction on the responder gives no answer of before; of a whole second that has
  // begun it may have given one.
  if (core_.ocsp) told.ocsp_from = std::chrono::ceil<std::chrono::seconds>(now_micros());
  return told;
}

}  // namespace inkan::daemon
