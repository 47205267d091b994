// Who this server is in TLS and whom it believes: handed in ready-made, since the key lives in a token behind
// an OpenSSL provider and this folder cannot reach it.
#pragma once

#include <memory>
#include <vector>

#include "policy/types/bytes.h"
#include "policy/x509/openssl.h"

namespace inkan::api {

struct TlsIdentity {
  std::vector<policy::Bytes> chain;  // DER: the server's certificate first, then its issuers
  std::shared_ptr<EVP_PKEY> key;     // its private key; must outlive the server (a token key: the token too)
  std::vector<policy::Bytes> trust_anchors;  // DER: a client certificate must chain to one of these
};

}  // namespace inkan::api
