// The issuing side of a certificate: who signs, until when, and where its status is published.
#pragma once

#include <string>

#include "policy/types/key_id.h"
#include "policy/types/validity.h"
#include "policy/x509/name.h"
#include "policy/x509/public_key.h"

namespace inkan::policy {

struct Issuer {
  std::string id;  // "issuing"
  Name subject;
  PublicKey public_key;
  Validity validity;
  KeyId key;
  SignatureAlgorithm signature_algorithm;
  int path_length = -1;        // of its own certificate; -1: no limit
  std::string crl_url;         // RFC 5280 §4.2.1.13; empty: not published
  std::string ca_issuers_url;  // RFC 5280 §4.2.2.1; empty: not published
  std::string ocsp_url = {};   // RFC 6960 §3.1; empty: there is no responder
  Bytes outside_identifier{};  // of its key, as the outside CA that made its certificate chose it; else empty

  // What certificates and CRLs below it name it by (RFC 5280 §4.2.1.1).
  Bytes key_identifier() const {
    return outside_identifier.empty() ? public_key.key_identifier() : outside_identifier;
  }
};

}  // namespace inkan::policy
