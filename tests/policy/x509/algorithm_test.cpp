#include "policy/x509/algorithm.h"

#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

struct Row {
  SignatureAlgorithm algorithm;
  KeyAlgorithm key;
  const EVP_MD* (*md)();
  bool pss;
};

const Row k_rows[] = {
    {SignatureAlgorithm::ecdsa_sha256, KeyAlgorithm::ec_p256, EVP_sha256, false},
    {SignatureAlgorithm::ecdsa_sha384, KeyAlgorithm::ec_p384, EVP_sha384, false},
    {SignatureAlgorithm::ecdsa_sha512, KeyAlgorithm::ec_p521, EVP_sha512, false},
    {SignatureAlgorithm::rsa_pkcs1_sha256, KeyAlgorithm::rsa, EVP_sha256, false},
    {SignatureAlgorithm::rsa_pkcs1_sha384, KeyAlgorithm::rsa, EVP_sha384, false},
    {SignatureAlgorithm::rsa_pkcs1_sha512, KeyAlgorithm::rsa, EVP_sha512, false},
    {SignatureAlgorithm::rsa_pss_sha256, KeyAlgorithm::rsa, EVP_sha256, true},
    {SignatureAlgorithm::rsa_pss_sha384, KeyAlgorithm::rsa, EVP_sha384, true},
    {SignatureAlgorithm::rsa_pss_sha512, KeyAlgorithm::rsa, EVP_sha512, true},
    {SignatureAlgorithm::ed25519, KeyAlgorithm::ed25519, nullptr, false},
};

// What OpenSSL writes into a certificate that it signs so.
Bytes openssl_identifier(const Row& row, EVP_PKEY* key) {
  const X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 60);
  X509_set_pubkey(certificate.get(), key);
  const EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  test::require(
      EVP_DigestSignInit(context.get(), &parameters, row.md ? row.md() : nullptr, nullptr, key) == 1, "sign");
  if (row.pss)
    test::require(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
                      EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1,
                  "PSS");
  test::require(X509_sign_ctx(certificate.get(), context.get()) > 0, "sign");
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate.get());
  return test::to_der<i2d_X509_ALGOR>(const_cast<X509_ALGOR*>(algorithm));
}

TEST(SignatureAlgorithm, IdentifierIsTheOneThatOpensslWrites) {
  for (const auto& row : k_rows) {
    const auto key = test::make_key(row.key);
    EXPECT_EQ(to_hex(algorithm_identifier(row.algorithm)), to_hex(openssl_identifier(row, key.key.get())))
        << name(row.algorithm);
  }
}

TEST(SignatureAlgorithm, IsFoundByItsNameAndNoOther) {
  for (const auto& row : k_rows) EXPECT_EQ(signature_algorithm(name(row.algorithm)), row.algorithm);
  for (const char* text : {"", "sha1WithRSAEncryption", "ECDSA-WITH-SHA256", "ed25519"})
    EXPECT_FALSE(signature_algorithm(text)) << text;
}

TEST(SignatureAlgorithm, FitsKeysOfItsFamilyOnly) {
  for (const auto& row : k_rows) {
    EXPECT_TRUE(fits(row.algorithm, row.key)) << name(row.algorithm);
    for (const auto& other : k_rows) {
      const bool same_family =
          (row.key == other.key) || (name(row.key).starts_with("EC ") && name(other.key).starts_with("EC "));
      EXPECT_EQ(fits(row.algorithm, other.key), same_family)
          << name(row.algorithm) << ", " << name(other.key);
    }
  }
}

TEST(SignatureAlgorithm, DefaultFitsItsKey) {
  for (const auto& row : k_rows) EXPECT_TRUE(fits(default_signature(row.key), row.key)) << name(row.key);
  EXPECT_EQ(default_signature(KeyAlgorithm::ec_p384), SignatureAlgorithm::ecdsa_sha384);
}

// FIPS 180-4, "abc".
TEST(Digest, IsThatOfItsStandard) {
  EXPECT_EQ(to_hex(digest(HashAlgorithm::sha256, as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      to_hex(digest(HashAlgorithm::sha384, as_bytes("abc"))),
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(to_hex(digest(HashAlgorithm::sha512, as_bytes("abc"))),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(HashOf, AnAlgorithmThatHashesByItselfIsAnError) {
  EXPECT_EQ(hash_of(SignatureAlgorithm::rsa_pss_sha384), HashAlgorithm::sha384);
  EXPECT_EQ(hash_of(SignatureAlgorithm::ecdsa_sha512), HashAlgorithm::sha512);
  EXPECT_EQ(hash_of(SignatureAlgorithm::rsa_pkcs1_sha256), HashAlgorithm::sha256);
  EXPECT_THROW(hash_of(SignatureAlgorithm::ed25519), Error);
}

}  // namespace
}  // namespace inkan::policy
