// A delegated OCSP responder: whom an authority lets say what became of its certificates (RFC 6960
// §4.2.2.2).
#pragma once

#include "policy/ocsp/cert_id.h"
#include "policy/x509/certificate.h"

namespace inkan::policy {

struct OcspResponder {
  Bytes certificate;  // DER; issued by that authority
  Validity validity;  // of the certificate
  Bytes key_hash;     // ResponderID byKey (RFC 6960 §4.2.1): SHA-1 of its subjectPublicKey

  // Throws Error{invalid_input} for what is no certificate.
  static OcspResponder of(BytesView certificate_der) {
    const auto certificate = Certificate::parse(certificate_der);
    return {to_bytes(certificate_der), certificate.validity(),
            digest(CertIdHash::sha1, certificate.public_key().key_bits())};
  }
};

}  // namespace inkan::policy
