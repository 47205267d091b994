// The bytes of a certification request for a key of our own, before its signature (RFC 2986 §4.1): what an
// authority under a root outside is asked for.
#pragma once

#include <vector>

#include "policy/x509/tbs_certificate.h"

namespace inkan::policy {

class TbsCertificationRequest {
 public:
  static constexpr const char* k_purpose = "certification-request";

  struct Fields {
    Name subject;
    PublicKey public_key;
    std::vector<Extension> extensions;  // asked for by an extensionRequest attribute (RFC 2985 §5.4.2)
    KeyId signing_key;
    SignatureAlgorithm signature_algorithm;
  };
  explicit TbsCertificationRequest(Fields fields);

  BytesView to_be_signed() const { return der_; }
  const KeyId& signing_key() const { return fields_.signing_key; }
  SignatureAlgorithm signature_algorithm() const { return fields_.signature_algorithm; }
  const Fields& fields() const { return fields_; }

 private:
  Fields fields_;
  Bytes der_;
};

}  // namespace inkan::policy
