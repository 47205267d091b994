#include "daemon/authority/tls_certificate.h"

#include "daemon/authority/open_authorities.h"
#include "daemon/clock.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"
#include "policy/x509/general_name.h"
#include "policy/x509/oids.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

constexpr std::chrono::hours k_pause_after_refusal(1);

policy::IssuanceRequest again(const api::CertificateRecord& record, const pkcs11::KeyRecord& key) {
  const auto certificate = policy::Certificate::parse(record.der);
  const auto* names = certificate.find_extension(policy::oid::k_subject_alt_name);
  return policy::IssuanceRequest::for_token_key(
      record.profile, public_key_of(key), certificate.subject(),
      names ? policy::parse_general_names(names->value) : std::vector<policy::GeneralName>{});
}

// Who issued the present one, while it may and lasts for as long again: callers trust it already, and a new
// root may still be on its way to them.
CertificateAuthority& issuer_for(Authorities& authorities, const api::CertificateRecord& record) {
  auto* const before = authorities.find(record.authority);
  const auto until = now() + (record.validity.not_after() - record.validity.not_before());
  const bool goes_on = before && before->signer && before->state == AuthorityState::active &&
                       until < before->issuer.validity.not_after();
  return goes_on ? *before : authorities.issuing();
}

}  // namespace

api::CertificateRecord TlsCertificate::current() const {
  const auto serial = policy::Serial::parse(store_.meta("tls_certificate"));
  auto record = serial ? store_.find_certificate(*serial, now()) : std::nullopt;
  if (!record)
    throw Error(ErrorCode::store, "the store has no TLS server certificate: restore it from a backup");
  return *std::move(record);
}

std::vector<policy::Bytes> TlsCertificate::chain() const {
  const auto record = current();
  return authorities_.chain(record.authority, record.der);
}

bool TlsCertificate::renew_due() {
  const auto record = current();
  if (now() < record.renewal_from) return false;
  if (record.revocation)
    throw Error(ErrorCode::key, "the certificate of the API's TLS server is revoked; it is not renewed");
  auto& authority = issuer_for(authorities_, record);
  if (authority.signer->needs_canary())
    throw Error(ErrorCode::unavailable, "the issuing key awaits its canary");
  if (now() < not_before_) throw Error(ErrorCode::config, refused_);
  const api::Call call{policy::Identity::system_job("tls"), uuid_v7(now_micros()), "",
                       std::chrono::steady_clock::now() + std::chrono::seconds(10)};
  const auto outcome = issuance_.issue(call, again(record, key_), authority, std::nullopt);
  if (const auto* denial = policy::denied(outcome)) {
    refused_ = "no certificate for the API's TLS server: " + denial->rule + " (" + denial->clause +
               "): " + denial->detail + "; " + denial->mend;
    not_before_ = now() + k_pause_after_refusal;
    throw Error(ErrorCode::config, refused_);
  }
  const auto serial = std::get<api::IssuedCertificate>(outcome).record.serial.hex();
  writer_.write([&](Writing& w) {
    w.database().prepare("UPDATE meta SET value = ? WHERE key = 'tls_certificate'").bind(serial).run();
  });
  return true;
}

}  // namespace inkan::daemon
