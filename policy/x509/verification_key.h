// A public key as OpenSSL takes it, made without OpenSSL's decoders: they cost more than the verification
// itself.
#pragma once

#include <memory>
#include <mutex>

#include "policy/types/bytes.h"
#include "policy/x509/algorithm.h"
#include "policy/x509/openssl.h"
#include "policy/x509/signature_scheme.h"

namespace inkan::policy {

// Immutable but for the lazily made EVP_PKEY, which is guarded; shared by the copies of one PublicKey.
class VerificationKey {
 public:
  // Nothing if the point is not on the curve. `point`: uncompressed, of the curve's length (SEC 1 §2.3.3).
  static std::shared_ptr<const VerificationKey> from_point(KeyAlgorithm curve, BytesView point);
  static std::shared_ptr<const VerificationKey> from_rsa(BytesView modulus, BytesView exponent);
  static std::shared_ptr<const VerificationKey> from_ed25519(BytesView key);

  virtual ~VerificationKey() = default;
  // False too where the scheme is not of this key's kind. Never throws for what `signature` holds.
  virtual bool verify(const SignatureScheme& scheme, BytesView message, BytesView signature) const = 0;
  EVP_PKEY* evp() const;  // borrowed; made on first use

 protected:
  virtual EvpPkeyPtr make_evp() const = 0;

 private:
  mutable std::once_flag evp_once_;
  mutable EvpPkeyPtr evp_;
};

}  // namespace inkan::policy
