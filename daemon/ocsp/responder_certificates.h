// The certificates by which each authority lets this daemon's OCSP key answer for it: short-lived, and
// renewed by themselves (RFC 6960 §4.2.2.2.1).
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "daemon/authority/issuance.h"
#include "pkcs11/token_keys.h"
#include "policy/ocsp/ocsp_responder.h"

namespace inkan::daemon {

class ResponderCertificates {
 public:
  ResponderCertificates(Store& store, Issuance& issuance, const Authorities& authorities,
                        const pkcs11::KeyRecord& key);

  // Of every authority that signs: issues one where there is none, or where its renewal is open, for no
  // longer than the authority lasts. Throws the first failure when all have been tried. What a rule refused
  // is not asked for again within the hour: each refusal is a leaf.
  void renew_due();
  // Nothing if there is none that is valid now.
  std::shared_ptr<const policy::OcspResponder> find(const std::string& authority) const;

 private:
  struct Current {
    std::shared_ptr<const policy::OcspResponder> responder;
    policy::Instant renew_from;
  };
  struct Refused {
    policy::Instant until;
    std::string why;
  };
  bool is_due(const CertificateAuthority& authority) const;
  std::string refusal(const std::string& authority) const;  // "" if it may be asked for
  void renew(CertificateAuthority& authority);
  void keep(const std::string& authority, const api::CertificateRecord& record);

  Issuance& issuance_;
  const Authorities& authorities_;
  const policy::PublicKey public_key_;
  mutable std::mutex mutex_;  // guards all below; each by authority
  std::map<std::string, Current> current_;
  std::map<std::string, Refused> refused_;
};

}  // namespace inkan::daemon
