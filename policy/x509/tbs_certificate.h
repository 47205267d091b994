// The bytes of a certificate before its signature (RFC 5280 §4.1.2); built once, never changed.
#pragma once

#include <vector>

#include "policy/types/key_id.h"
#include "policy/types/serial.h"
#include "policy/types/validity.h"
#include "policy/x509/algorithm.h"
#include "policy/x509/name.h"
#include "policy/x509/public_key.h"

namespace inkan::policy {

struct Extension {
  std::string oid;
  bool critical = false;
  Bytes value;  // content of extnValue
};

class TbsCertificate {
 public:
  static constexpr const char* k_purpose = "certificate";

  struct Fields {
    Serial serial;
    Name issuer;
    Validity validity;
    Name subject;
    PublicKey public_key;
    std::vector<Extension> extensions;  // in this order
    KeyId signing_key;
    SignatureAlgorithm signature_algorithm;
  };
  explicit TbsCertificate(Fields fields);

  BytesView to_be_signed() const { return der_; }
  const KeyId& signing_key() const { return fields_.signing_key; }
  SignatureAlgorithm signature_algorithm() const { return fields_.signature_algorithm; }
  const Serial& serial() const { return fields_.serial; }
  const Fields& fields() const { return fields_; }

 private:
  Fields fields_;
  Bytes der_;
};

// SEQUENCE { tbs, algorithm, BIT STRING signature }: the shape of certificates, CRLs and requests alike.
Bytes signed_object(BytesView tbs, SignatureAlgorithm algorithm, BytesView signature);

}  // namespace inkan::policy
