// An issued certificate read back from its DER (RFC 5280 §4.1), as strictly as we write it; never a trust
// decision.
#pragma once

#include <vector>

#include "policy/types/serial.h"
#include "policy/types/validity.h"
#include "policy/x509/name.h"
#include "policy/x509/public_key.h"
#include "policy/x509/tbs_certificate.h"

namespace inkan::policy {

class Certificate {
 public:
  // Throws Error{invalid_input} for anything but a v3 certificate in strict DER, whose key this CA knows.
  static Certificate parse(BytesView der);

  const Bytes& der() const { return der_; }
  BytesView to_be_signed() const { return BytesView(der_).subspan(tbs_offset_, tbs_size_); }  // borrowed
  const Serial& serial() const { return serial_; }
  const Name& issuer() const { return issuer_; }
  const Validity& validity() const { return validity_; }
  const Name& subject() const { return subject_; }
  const PublicKey& public_key() const { return public_key_; }
  const std::vector<Extension>& extensions() const { return extensions_; }   // in their order; each OID once
  const Extension* find_extension(std::string_view oid) const;               // borrowed; nullptr if absent
  const Bytes& signature_algorithm() const { return signature_algorithm_; }  // AlgorithmIdentifier, DER
  const Bytes& signature() const { return signature_; }                      // content of the BIT STRING
  Fingerprint fingerprint() const { return fingerprint_of(der_); }

  // The signature alone: says nothing of names, validity or purpose. False for SHA-1 and MD5 too.
  bool verify(const PublicKey& issuer) const;

 private:
  struct Fields;
  explicit Certificate(Fields fields);
  static Fields read(BytesView der);

  Bytes der_;
  std::size_t tbs_offset_, tbs_size_;
  Serial serial_;
  Name issuer_;
  Validity validity_;
  Name subject_;
  PublicKey public_key_;
  std::vector<Extension> extensions_;
  Bytes signature_algorithm_, signature_;
};

}  // namespace inkan::policy
