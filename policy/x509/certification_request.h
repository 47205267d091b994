// A PKCS#10 request (RFC 2986) whose signature has verified. It yields key, subject and SANs; its other
// wishes are not kept: extensions come from the profile, never from the request.
#pragma once

#include <optional>

#include "policy/types/denial.h"
#include "policy/x509/general_name.h"
#include "policy/x509/name.h"
#include "policy/x509/public_key.h"

namespace inkan::policy {

class CertificationRequest {
 public:
  static constexpr std::size_t k_max_size = 64 * 1024;

  // Strict DER, whole input. Denied under "csr.size", "csr.parse", "csr.signature-algorithm" (MD5, SHA-1,
  // unknown), "csr.proof-of-possession", or the rules of PublicKey::parse.
  static OrDenial<CertificationRequest> parse(BytesView der);
  // PEM ("CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST", RFC 7468 §7, exactly one) or base64 of the DER.
  static OrDenial<CertificationRequest> parse_text(std::string_view pem_or_base64);

  const PublicKey& public_key() const { return public_key_; }
  const Name& subject() const { return subject_; }
  const std::vector<GeneralName>& subject_alt_names() const { return subject_alt_names_; }
  const Sha256& sha256() const { return sha256_; }  // of the request's DER, for the ledger

 private:
  CertificationRequest(PublicKey key, Name subject, std::vector<GeneralName> names, Sha256 sha256)
      : public_key_(std::move(key)),
        subject_(std::move(subject)),
        subject_alt_names_(std::move(names)),
        sha256_(sha256) {}

  PublicKey public_key_;
  Name subject_;
  std::vector<GeneralName> subject_alt_names_;
  Sha256 sha256_;
};

}  // namespace inkan::policy
