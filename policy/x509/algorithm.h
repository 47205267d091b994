// Key and signature algorithms this CA knows, and their DER. Adding one here is the only way to add one.
#pragma once

#include <optional>
#include <string_view>

#include "policy/types/bytes.h"

namespace inkan::policy {

enum class KeyAlgorithm { rsa, ec_p256, ec_p384, ec_p521, ed25519 };

enum class HashAlgorithm { sha256, sha384, sha512 };

// How our own keys sign.
enum class SignatureAlgorithm {
  ecdsa_sha256,
  ecdsa_sha384,
  ecdsa_sha512,
  rsa_pkcs1_sha256,
  rsa_pkcs1_sha384,
  rsa_pkcs1_sha512,
  rsa_pss_sha256,
  rsa_pss_sha384,
  rsa_pss_sha512,
  ed25519,
};

std::string_view name(KeyAlgorithm algorithm);        // "EC P-256", "RSA", "Ed25519"
std::string_view name(SignatureAlgorithm algorithm);  // "ecdsa-with-SHA256", …
std::optional<SignatureAlgorithm> signature_algorithm(std::string_view name);

HashAlgorithm hash_of(SignatureAlgorithm algorithm);  // ed25519 hashes by itself: throws Error{internal}
bool fits(SignatureAlgorithm algorithm, KeyAlgorithm key);
SignatureAlgorithm default_signature(
    KeyAlgorithm key);  // P-256→SHA-256, P-384→SHA-384, P-521→SHA-512, RSA→PKCS#1 SHA-256

// AlgorithmIdentifier: RFC 5758 §3.2 (no parameters), RFC 4055 §5 (NULL), RFC 4055 §3.1 (PSS), RFC 8410 §3.
const Bytes& algorithm_identifier(SignatureAlgorithm algorithm);
Bytes digest(HashAlgorithm hash, BytesView message);

}  // namespace inkan::policy
