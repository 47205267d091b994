// Certificate objects in a token, by libp11, which does that soundly. It owns the module while it runs: never
// beside a Token of the same module.
#pragma once

#include <string>
#include <vector>

#include "policy/types/bytes.h"

namespace inkan::pkcs11 {

struct TokenPlace {
  std::string module, init_args, label, pin_file;
};

struct CertificateObject {
  policy::Bytes id;  // CKA_ID: that of its key
  std::string label;
  policy::Bytes der;
};

// Both throw Error{config|pin|token} naming what libp11 was doing.
std::vector<CertificateObject> list_certificates(const TokenPlace& place);
void store_certificate(const TokenPlace& place, const CertificateObject& certificate);

}  // namespace inkan::pkcs11
