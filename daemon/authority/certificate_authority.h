// One CA of this daemon: what it issues as, and the signer of its key.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pkcs11/ca_signer.h"
#include "policy/issuer.h"

namespace inkan::daemon {

struct CertificateAuthority {
  CertificateAuthority(policy::Issuer issuing_side, std::optional<std::string> parent_id,
                       policy::Bytes certificate_der, std::unique_ptr<pkcs11::CaSigner> key_signer)
      : issuer(std::move(issuing_side)),
        parent(std::move(parent_id)),
        certificate(std::move(certificate_der)),
        signer(std::move(key_signer)) {}

  policy::Issuer issuer;
  std::optional<std::string> parent;  // id; nothing for a root
  policy::Bytes certificate;          // DER
  std::unique_ptr<pkcs11::CaSigner> signer;
  std::mutex publishing;  // one CRL of this authority at a time: its numbers only grow
};

// Issuers before those they issued; the last one issues to callers.
class Authorities {
 public:
  using List = std::vector<std::unique_ptr<CertificateAuthority>>;

  CertificateAuthority& add(std::unique_ptr<CertificateAuthority> authority) {
    return *list_.emplace_back(std::move(authority));
  }
  CertificateAuthority* find(std::string_view id) const {
    for (const auto& each : list_)
      if (each->issuer.id == id) return each.get();
    return nullptr;
  }
  CertificateAuthority& issuing() const { return *list_.back(); }
  const List& all() const { return list_; }
  // `leaf` first, then its issuers; the root itself is left out: a verifier has it, or must not take it from
  // us.
  std::vector<policy::Bytes> chain(const std::string& authority, const policy::Bytes& leaf) const {
    std::vector<policy::Bytes> chain{leaf};
    for (const auto* at = find(authority); at && at->parent; at = find(*at->parent))
      chain.push_back(at->certificate);
    return chain;
  }

 private:
  List list_;
};

}  // namespace inkan::daemon
