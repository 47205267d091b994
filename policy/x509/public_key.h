// A public key that was parsed, is on its curve or in range, and can verify. Strength is judged by
// rules/key_rules.
#pragma once

#include <memory>
#include <optional>

#include "policy/types/denial.h"
#include "policy/types/digest.h"
#include "policy/x509/algorithm.h"
#include "policy/x509/openssl.h"
#include "policy/x509/signature_scheme.h"

namespace inkan::policy {

class VerificationKey;

class PublicKey {
 public:
  // No verifier computes with more than this: a cheap bound before any arithmetic, not a judgement of
  // strength.
  static constexpr int k_max_rsa_bits = 8192;
  static constexpr int k_max_rsa_exponent_bits = 256;

  // From a SubjectPublicKeyInfo in strict DER (RFC 5280 §4.1.2.7): rsaEncryption or id-RSASSA-PSS (RFC 4055
  // §1.2; any restrictions name SHA-2), id-ecPublicKey over a named curve P-256/384/521 with an uncompressed
  // point on that curve, id-Ed25519 whose point is not of small order. Anything else is denied under
  // "key.parse", "key.algorithm", "key.curve" or "key.point", RSA beyond the bounds above under
  // "key.rsa.size" or "key.rsa.exponent".
  static OrDenial<PublicKey> parse(BytesView spki_der);

  KeyAlgorithm algorithm() const { return algorithm_; }
  int bits() const { return bits_; }           // RSA modulus length; the curve's size otherwise
  const Bytes& spki() const { return spki_; }  // the exact DER that was parsed
  const SpkiHash& spki_hash() const { return spki_hash_; }
  BytesView key_bits() const { return key_bits_; }        // subjectPublicKey content, for key identifiers
  BytesView rsa_modulus() const { return rsa_modulus_; }  // big endian, no sign octet; empty unless RSA
  BytesView rsa_exponent() const { return rsa_exponent_; }
  // RFC 7093 §2 method 1: leftmost 160 bits of SHA-256 over subjectPublicKey.
  Bytes key_identifier() const;

  // Verifies `signature` (the content of the BIT STRING) over `message`. False if it does not verify; never
  // throws for what the signature holds.
  bool verify(SignatureAlgorithm algorithm, BytesView message, BytesView signature) const;
  // The same by an AlgorithmIdentifier read from outside (a CSR's): also SHA-224; SHA-1 and MD5 are for the
  // caller to refuse first. False too if algorithm and key do not fit.
  bool verify(BytesView algorithm_identifier_der, BytesView message, BytesView signature) const;

  EVP_PKEY* evp() const;  // borrowed; in the default provider, made on first use
  bool operator==(const PublicKey& other) const { return spki_ == other.spki_; }

 private:
  struct Parts;  // of a SubjectPublicKeyInfo
  PublicKey(KeyAlgorithm algorithm, int bits, const Parts& parts, std::shared_ptr<const VerificationKey> key);
  static OrDenial<PublicKey> from_parts(Parts& parts);
  static OrDenial<PublicKey> from_rsa(Parts& parts);
  static OrDenial<PublicKey> from_ec(Parts& parts);
  static OrDenial<PublicKey> from_ed25519(Parts& parts);
  bool verify(const SignatureScheme& scheme, BytesView message, BytesView signature) const;

  KeyAlgorithm algorithm_;
  int bits_;
  Bytes spki_;
  SpkiHash spki_hash_;
  Bytes key_bits_, rsa_modulus_, rsa_exponent_;
  bool pss_only_;                               // id-RSASSA-PSS: never PKCS#1 v1.5, RFC 4055 §1.2
  std::optional<SignatureScheme> restriction_;  // of an id-RSASSA-PSS key with parameters, RFC 4055 §3.1
  std::shared_ptr<const VerificationKey> key_;
};

}  // namespace inkan::policy
