// A public key that was parsed, is on its curve or in range, and can verify. Strength is judged by rules/key_rules.
#pragma once

#include <memory>

#include "policy/types/denial.h"
#include "policy/types/digest.h"
#include "policy/x509/algorithm.h"
#include "policy/x509/openssl.h"

namespace inkan::policy {

class PublicKey {
 public:
  // From a SubjectPublicKeyInfo in strict DER (RFC 5280 §4.1.2.7): rsaEncryption or id-RSASSA-PSS (without
  // restrictions), id-ecPublicKey over a named curve P-256/384/521 with an uncompressed point on that curve,
  // id-Ed25519. Anything else is denied under rule "key.parse", "key.algorithm" or "key.curve".
  static OrDenial<PublicKey> parse(BytesView spki_der);

  KeyAlgorithm algorithm() const { return algorithm_; }
  int bits() const { return bits_; }                             // RSA modulus length; the curve's size otherwise
  const Bytes& spki() const { return spki_; }                    // the exact DER that was parsed
  const SpkiHash& spki_hash() const { return spki_hash_; }
  BytesView key_bits() const { return key_bits_; }               // subjectPublicKey content, for key identifiers
  BytesView rsa_modulus() const { return rsa_modulus_; }         // big endian, no sign octet; empty unless RSA
  BytesView rsa_exponent() const { return rsa_exponent_; }
  // RFC 7093 §2 method 1: leftmost 160 bits of SHA-256 over subjectPublicKey.
  Bytes key_identifier() const;

  // Verifies `signature` (the content of the BIT STRING) over `message`. False if it does not verify; never throws
  // for what the signature holds.
  bool verify(SignatureAlgorithm algorithm, BytesView message, BytesView signature) const;
  // The same by an AlgorithmIdentifier read from outside (a CSR's): also SHA-224; SHA-1 and MD5 are for the caller to
  // refuse first. False too if algorithm and key do not fit.
  bool verify(BytesView algorithm_identifier_der, BytesView message, BytesView signature) const;

  EVP_PKEY* evp() const { return evp_.get(); }                   // borrowed; a public key in the default provider
  bool operator==(const PublicKey& other) const { return spki_ == other.spki_; }

 private:
  PublicKey(KeyAlgorithm algorithm, int bits, Bytes spki, std::shared_ptr<EVP_PKEY> evp);

  KeyAlgorithm algorithm_;
  int bits_;
  Bytes spki_;
  SpkiHash spki_hash_;
  Bytes key_bits_, rsa_modulus_, rsa_exponent_;
  std::shared_ptr<EVP_PKEY> evp_;
};

}  // namespace inkan::policy
