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

  // Of every authority that signs: issues one where there is none, or where its renewal is open. Throws the
  // first failure when all have been tried.
  void renew_due();
  // Nothing if there is none that is valid now.
  std::shared_ptr<const policy::OcspResponder> find(const std::string& authority) const;

 private:
  struct Current {
    std::shared_ptr<const policy::OcspResponder> responder;
    policy::Instant renew_from;
  };
  bool is_due(const std::string& authority) const;
  void renew(CertificateAuthority& authority);
  void keep(const std::string& authority, const api::CertificateRecord& record);

  Issuance& issuance_;
  const Authorities& authorities_;
  const policy::PublicKey public_key_;
  mutable std::mutex mutex_;  // guards current_
  std::map<std::string, Current> current_;
};

}  // namespace inkan::daemon
