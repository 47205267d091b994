// A CA certificate that an outside CA made for a key of ours, with the chain up to its root: what is judged
// before an authority issues under it.
#pragma once

#include <string_view>
#include <vector>

#include "policy/issuer.h"
#include "policy/profile/profile.h"
#include "policy/rules/key_rules.h"
#include "policy/x509/certificate.h"

namespace inkan::policy {

class OutsideCertificate {
 public:
  static constexpr std::size_t k_most_issuers = 8;
  static constexpr std::size_t k_most_base64 = 8 * 1024;         // octets of text, of a certificate
  static constexpr std::size_t k_most_chain_base64 = 32 * 1024;  // and of a chain

  // Base64 (RFC 4648 §4) of one certificate's DER, and of those above it one after the other: its issuer
  // first, the self-signed root last. Denied under "ca.certificate" or "ca.chain" if they cannot be read.
  static OrDenial<OutsideCertificate> parse(std::string_view certificate, std::string_view chain);

  const Certificate& certificate() const { return certificate_; }
  const std::vector<Certificate>& issuers() const { return issuers_; }
  const Certificate& root() const { return issuers_.back(); }

  // Whether it is what was asked for under `subject` for `key`, and what an authority needs: the same key and
  // name, CA TRUE, keyUsage of exactly certificates and CRLs at least, an identifier of its key, valid now,
  // every signature and path length up to the root good for one more certificate below (RFC 5280 §6.1), no
  // key on the way that we would not certify, and the lints that hold for anybody's certificate.
  std::optional<Denial> fault(const PublicKey& key, const Name& subject, const Profile& profile,
                              const KeyBlocklist& blocklist, Instant now) const;

 private:
  OutsideCertificate(Certificate certificate, std::vector<Certificate> issuers)
      : certificate_(std::move(certificate)), issuers_(std::move(issuers)) {}
  std::optional<Denial> fault_in_content(const PublicKey& key, const Name& subject) const;
  std::optional<Denial> fault_in_path(const KeyBlocklist& blocklist, Instant now) const;
  std::optional<Denial> fault_by_lint(const Profile& profile) const;

  Certificate certificate_;
  std::vector<Certificate> issuers_;
};

// RFC 5280 §4.2.1.2; empty if it has none. For AuthorityKeyIdentifiers below it.
Bytes subject_key_identifier(const Certificate& certificate);
// RFC 5280 §4.2.1.9. -1: no limit said. Nothing: no CA's certificate.
std::optional<int> ca_path_length(const Certificate& certificate);

}  // namespace inkan::policy
