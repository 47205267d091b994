#include "policy/x509/algorithm.h"

#include <array>

#include "policy/der/writer.h"
#include "policy/types/error.h"
#include "policy/x509/openssl.h"

namespace inkan::policy {
namespace {

using der::context_constructed;

Bytes hash_identifier(const char* oid) {
  return der::sequence({der::oid(oid), Bytes{der::k_null, 0}});
}

// RFC 4055 §3.1: the salt is as long as the hash, MGF1 uses the same hash, trailerField is the default.
Bytes pss_identifier(const char* hash_oid, int salt) {
  const Bytes hash = hash_identifier(hash_oid);
  const Bytes mgf1 = der::sequence({der::oid("1.2.840.113549.1.1.8"), hash});
  const Bytes parameters =
      der::sequence({der::tlv(context_constructed(0), hash), der::tlv(context_constructed(1), mgf1),
                     der::tlv(context_constructed(2), der::integer(salt))});
  return der::sequence({der::oid("1.2.840.113549.1.1.10"), parameters});
}

constexpr const char* k_sha256 = "2.16.840.1.101.3.4.2.1";
constexpr const char* k_sha384 = "2.16.840.1.101.3.4.2.2";
constexpr const char* k_sha512 = "2.16.840.1.101.3.4.2.3";

constexpr std::array k_algorithms = {
    SignatureAlgorithm::ecdsa_sha256,     SignatureAlgorithm::ecdsa_sha384,
    SignatureAlgorithm::ecdsa_sha512,     SignatureAlgorithm::rsa_pkcs1_sha256,
    SignatureAlgorithm::rsa_pkcs1_sha384, SignatureAlgorithm::rsa_pkcs1_sha512,
    SignatureAlgorithm::rsa_pss_sha256,   SignatureAlgorithm::rsa_pss_sha384,
    SignatureAlgorithm::rsa_pss_sha512,   SignatureAlgorithm::ed25519,
};

Bytes encode(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::ecdsa_sha256:
      return der::sequence({der::oid("1.2.840.10045.4.3.2")});
    case SignatureAlgorithm::ecdsa_sha384:
      return der::sequence({der::oid("1.2.840.10045.4.3.3")});
    case SignatureAlgorithm::ecdsa_sha512:
      return der::sequence({der::oid("1.2.840.10045.4.3.4")});
    case SignatureAlgorithm::rsa_pkcs1_sha256:
      return hash_identifier("1.2.840.113549.1.1.11");
    case SignatureAlgorithm::rsa_pkcs1_sha384:
      return hash_identifier("1.2.840.113549.1.1.12");
    case SignatureAlgorithm::rsa_pkcs1_sha512:
      return hash_identifier("1.2.840.113549.1.1.13");
    case SignatureAlgorithm::rsa_pss_sha256:
      return pss_identifier(k_sha256, 32);
    case SignatureAlgorithm::rsa_pss_sha384:
      return pss_identifier(k_sha384, 48);
    case SignatureAlgorithm::rsa_pss_sha512:
      return pss_identifier(k_sha512, 64);
    case SignatureAlgorithm::ed25519:
      return der::sequence({der::oid("1.3.101.112")});
  }
  throw Error(ErrorCode::internal, "unknown signature algorithm");
}

}  // namespace

std::string_view name(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::rsa:
      return "RSA";
    case KeyAlgorithm::ec_p256:
      return "EC P-256";
    case KeyAlgorithm::ec_p384:
      return "EC P-384";
    case KeyAlgorithm::ec_p521:
      return "EC P-521";
    case KeyAlgorithm::ed25519:
      return "Ed25519";
  }
  return "";
}

std::string_view name(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::ecdsa_sha256:
      return "ecdsa-with-SHA256";
    case SignatureAlgorithm::ecdsa_sha384:
      return "ecdsa-with-SHA384";
    case SignatureAlgorithm::ecdsa_sha512:
      return "ecdsa-with-SHA512";
    case SignatureAlgorithm::rsa_pkcs1_sha256:
      return "sha256WithRSAEncryption";
    case SignatureAlgorithm::rsa_pkcs1_sha384:
      return "sha384WithRSAEncryption";
    case SignatureAlgorithm::rsa_pkcs1_sha512:
      return "sha512WithRSAEncryption";
    case SignatureAlgorithm::rsa_pss_sha256:
      return "RSASSA-PSS-SHA256";
    case SignatureAlgorithm::rsa_pss_sha384:
      return "RSASSA-PSS-SHA384";
    case SignatureAlgorithm::rsa_pss_sha512:
      return "RSASSA-PSS-SHA512";
    case SignatureAlgorithm::ed25519:
      return "Ed25519";
  }
  return "";
}

std::optional<SignatureAlgorithm> signature_algorithm(std::string_view text) {
  for (const auto algorithm : k_algorithms)
    if (name(algorithm) == text) return algorithm;
  return std::nullopt;
}

HashAlgorithm hash_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::ecdsa_sha256:
    case SignatureAlgorithm::rsa_pkcs1_sha256:
    case SignatureAlgorithm::rsa_pss_sha256:
      return HashAlgorithm::sha256;
    case SignatureAlgorithm::ecdsa_sha384:
    case SignatureAlgorithm::rsa_pkcs1_sha384:
    case SignatureAlgorithm::rsa_pss_sha384:
      return HashAlgorithm::sha384;
    case SignatureAlgorithm::ecdsa_sha512:
    case SignatureAlgorithm::rsa_pkcs1_sha512:
    case SignatureAlgorithm::rsa_pss_sha512:
      return HashAlgorithm::sha512;
    case SignatureAlgorithm::ed25519:
      break;
  }
  throw Error(ErrorCode::internal, "Ed25519 takes the message itself, not a hash (RFC 8032 §5.1)");
}

bool fits(SignatureAlgorithm algorithm, KeyAlgorithm key) {
  if (algorithm == SignatureAlgorithm::ed25519) return key == KeyAlgorithm::ed25519;
  const bool ecdsa = algorithm == SignatureAlgorithm::ecdsa_sha256 ||
                     algorithm == SignatureAlgorithm::ecdsa_sha384 ||
                     algorithm == SignatureAlgorithm::ecdsa_sha512;
  return ecdsa ? key == KeyAlgorithm::ec_p256 || key == KeyAlgorithm::ec_p384 || key == KeyAlgorithm::ec_p521
               : key == KeyAlgorithm::rsa;
}

SignatureAlgorithm default_signature(KeyAlgorithm key) {
  switch (key) {
    case KeyAlgorithm::rsa:
      return SignatureAlgorithm::rsa_pkcs1_sha256;
    case KeyAlgorithm::ec_p256:
      return SignatureAlgorithm::ecdsa_sha256;
    case KeyAlgorithm::ec_p384:
      return SignatureAlgorithm::ecdsa_sha384;
    case KeyAlgorithm::ec_p521:
      return SignatureAlgorithm::ecdsa_sha512;
    case KeyAlgorithm::ed25519:
      return SignatureAlgorithm::ed25519;
  }
  throw Error(ErrorCode::internal, "unknown key algorithm");
}

const Bytes& algorithm_identifier(SignatureAlgorithm algorithm) {
  static const auto encoded = [] {
    std::array<Bytes, k_algorithms.size()> all;
    for (const auto each : k_algorithms) all[static_cast<std::size_t>(each)] = encode(each);
    return all;
  }();
  return encoded[static_cast<std::size_t>(algorithm)];
}

Bytes digest(HashAlgorithm hash, BytesView message) {
  // Fetched once, for the process's life: OpenSSL 3 otherwise looks them up at each digest.
  static const EVP_MD* const fetched[] = {EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                          EVP_MD_fetch(nullptr, "SHA384", nullptr),
                                          EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  const EVP_MD* const md = fetched[hash == HashAlgorithm::sha256 ? 0 : hash == HashAlgorithm::sha384 ? 1 : 2];
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (!md || EVP_Digest(message.data(), message.size(), out.data(), &size, md, nullptr) != 1)
    throw Error(ErrorCode::internal, "a digest failed: " + openssl_errors());
  out.resize(size);
  return out;
}

}  // namespace inkan::policy
