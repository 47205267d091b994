// The token's TLS keys as EVP_PKEYs, through a provider built into this program. It opens keys of purpose tls
// only.
#pragma once

#include <memory>

#include "pkcs11/token_keys.h"
#include "policy/x509/openssl.h"

namespace inkan::pkcs11 {

// A private key OpenSSL can hold an SSL_CTX with (TLS 1.2 and 1.3; EC, RSA PKCS#1 v1.5 and PSS), while every
// signature is made in the token. Throws Error{internal} for any other purpose, Error{config} for an
// algorithm TLS has no use for. The key keeps its token alive; free it (and its SSL_CTX) before
// Token::close() to see the module finalised. Certificates take their public key from policy::PublicKey,
// never from this object: OpenSSL would cache it in the X509 and fail to verify with it. The first call loads
// the provider beside "default", which stays the default for everything else.
policy::EvpPkeyPtr tls_private_key(std::shared_ptr<Token> token, const KeyRecord& record);

}  // namespace inkan::pkcs11
