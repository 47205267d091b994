#include "pkcs11/mechanism.h"

#include <algorithm>

#include "policy/der/writer.h"

namespace inkan::pkcs11 {
namespace {

namespace der = policy::der;
using policy::Bytes;
using policy::BytesView;
using policy::HashAlgorithm;
using policy::SignatureAlgorithm;

const char* hash_oid(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::sha256:
      return "2.16.840.1.101.3.4.2.1";
    case HashAlgorithm::sha384:
      return "2.16.840.1.101.3.4.2.2";
    case HashAlgorithm::sha512:
      return "2.16.840.1.101.3.4.2.3";
  }
  return "";
}

CK_MECHANISM_TYPE hash_mechanism(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::sha256:
      return CKM_SHA256;
    case HashAlgorithm::sha384:
      return CKM_SHA384;
    case HashAlgorithm::sha512:
      return CKM_SHA512;
  }
  return CKM_SHA256;
}

CK_RSA_PKCS_MGF_TYPE mask_function(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::sha256:
      return CKG_MGF1_SHA256;
    case HashAlgorithm::sha384:
      return CKG_MGF1_SHA384;
    case HashAlgorithm::sha512:
      return CKG_MGF1_SHA512;
  }
  return CKG_MGF1_SHA256;
}

}  // namespace

CK_MECHANISM_TYPE mechanism_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::ecdsa_sha256:
    case SignatureAlgorithm::ecdsa_sha384:
    case SignatureAlgorithm::ecdsa_sha512:
      return CKM_ECDSA;
    case SignatureAlgorithm::rsa_pkcs1_sha256:
    case SignatureAlgorithm::rsa_pkcs1_sha384:
    case SignatureAlgorithm::rsa_pkcs1_sha512:
      return CKM_RSA_PKCS;
    case SignatureAlgorithm::rsa_pss_sha256:
    case SignatureAlgorithm::rsa_pss_sha384:
    case SignatureAlgorithm::rsa_pss_sha512:
      return CKM_RSA_PKCS_PSS;
    case SignatureAlgorithm::ed25519:
      return CKM_EDDSA;
  }
  return CKM_ECDSA;
}

std::vector<CK_MECHANISM_TYPE> allowed_mechanisms(SignatureAlgorithm algorithm, bool for_tls) {
  const CK_MECHANISM_TYPE own = mechanism_of(algorithm);
  // TLS 1.3 signs with PSS (RFC 8446 §4.2.3), TLS 1.2 clients may still ask for PKCS#1 v1.5.
  if (for_tls && (own == CKM_RSA_PKCS || own == CKM_RSA_PKCS_PSS)) return {CKM_RSA_PKCS, CKM_RSA_PKCS_PSS};
  return {own};
}

SignInput ecdsa_input(int key_bits, BytesView digest) {
  // FIPS 186-4 §6.4: the leftmost bits of a digest longer than the group's order. All our orders but P-521's
  // are whole octets, and no digest is longer than that one.
  const auto order_size = static_cast<std::size_t>((key_bits + 7) / 8);
  return {CKM_ECDSA, std::nullopt, policy::to_bytes(digest.first(std::min(digest.size(), order_size)))};
}

SignInput rsa_pkcs1_input(HashAlgorithm hash, BytesView digest) {
  // RFC 8017 §9.2: DigestInfo, with the NULL parameters.
  const Bytes algorithm = der::sequence({der::oid(hash_oid(hash)), der::tlv(der::k_null, {})});
  return {CKM_RSA_PKCS, std::nullopt, der::sequence({algorithm, der::octet_string(digest)})};
}

SignInput rsa_pss_input(HashAlgorithm hash, HashAlgorithm mask_hash, std::size_t salt_size,
                        BytesView digest) {
  CK_RSA_PKCS_PSS_PARAMS parameters{};
  parameters.hashAlg = hash_mechanism(hash);
  parameters.mgf = mask_function(mask_hash);
  parameters.sLen = salt_size;
  return {CKM_RSA_PKCS_PSS, parameters, policy::to_bytes(digest)};
}

SignInput sign_input(SignatureAlgorithm algorithm, int key_bits, BytesView message) {
  if (algorithm == SignatureAlgorithm::ed25519) return {CKM_EDDSA, std::nullopt, policy::to_bytes(message)};
  const HashAlgorithm hash = policy::hash_of(algorithm);
  const Bytes digest = policy::digest(hash, message);
  switch (mechanism_of(algorithm)) {
    case CKM_RSA_PKCS:
      return rsa_pkcs1_input(hash, digest);
    // RFC 4055 §3.1: the salt is as long as the hash.
    case CKM_RSA_PKCS_PSS:
      return rsa_pss_input(hash, hash, digest.size(), digest);
    default:
      return ecdsa_input(key_bits, digest);
  }
}

std::optional<Bytes> encode_signature(CK_MECHANISM_TYPE mechanism, const Bytes& raw) {
  if (raw.empty()) return std::nullopt;
  if (mechanism != CKM_ECDSA) return raw;
  if (raw.size() % 2 != 0) return std::nullopt;
  const BytesView view(raw);
  const std::size_t half = raw.size() / 2;
  return der::sequence({der::unsigned_integer(view.first(half)), der::unsigned_integer(view.last(half))});
}

}  // namespace inkan::pkcs11
