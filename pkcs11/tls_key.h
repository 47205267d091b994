// A token key of purpose tls as the provider holds it: its public half for OpenSSL to look at, and one way to
// sign.
#pragma once

#include <memory>
#include <optional>

#include "pkcs11/mechanism.h"
#include "pkcs11/token_keys.h"
#include "policy/x509/public_key.h"

namespace inkan::pkcs11 {

class KeySigner;

class TlsKey {
 public:
  // Throws Error{internal} unless the purpose is tls, Error{config} unless the key is EC or RSA.
  TlsKey(std::shared_ptr<Token> token, KeyRecord record);
  ~TlsKey();

  EVP_PKEY* public_key() const { return public_key_.evp(); }  // borrowed, of the default provider
  bool is_rsa() const { return public_key_.algorithm() == policy::KeyAlgorithm::rsa; }
  int bits() const { return public_key_.bits(); }
  // The octets TLS wants. Throws Error{unavailable} if the token did not sign within its queue's deadline.
  policy::Bytes sign(SignInput input) const;

 private:
  policy::PublicKey public_key_;
  std::unique_ptr<KeySigner> signer_;
};

// The provider's tables are static and C: they reach a key by this.
inline constexpr const char* k_provider_name = "inkan-token";
inline constexpr const char* k_provider_properties = "provider=inkan-token";
inline constexpr const char* k_key_parameter =
    "inkan-key";  // octet string: a std::shared_ptr<TlsKey>'s address

// What the provider's signature code finds behind a key management object.
using TlsKeyRef = std::shared_ptr<const TlsKey>;

}  // namespace inkan::pkcs11
