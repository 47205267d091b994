#include "policy/x509/signature_scheme.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "policy/x509/public_key.h"
#include "tests/support/vectors.h"

namespace inkan::policy {
namespace {

constexpr const char* k_sha1 = "1.3.14.3.2.26";
constexpr const char* k_sha256 = "2.16.840.1.101.3.4.2.1";
constexpr const char* k_sha384 = "2.16.840.1.101.3.4.2.2";
const Bytes k_null = {der::k_null, 0};

Bytes identifier(const char* oid, const Bytes& parameters = {}) {
  return der::sequence({der::oid(oid), parameters});
}

Bytes field(unsigned number, const Bytes& content) {
  return der::tlv(der::context_constructed(number), content);
}

// RFC 4055 §3.1; an empty part is left out.
Bytes pss(const char* hash, const char* mgf1_hash, const Bytes& salt, const Bytes& trailer = {}) {
  return der::sequence(
      {hash ? field(0, identifier(hash, k_null)) : Bytes{},
       mgf1_hash ? field(1, identifier("1.2.840.113549.1.1.8", identifier(mgf1_hash, k_null))) : Bytes{},
       salt.empty() ? Bytes{} : field(2, salt), trailer.empty() ? Bytes{} : field(3, trailer)});
}

Bytes pss_identifier(const Bytes& parameters) {
  return identifier("1.2.840.113549.1.1.10", parameters);
}

// "" if the scheme may be verified, "refused" or "malformed".
std::string answer(const Bytes& algorithm) {
  try {
    const auto scheme = parse_signature_scheme(algorithm);
    if (const auto* denial = denied(scheme)) {
      EXPECT_EQ(denial->rule, "csr.signature-algorithm");
      EXPECT_NE(denial->mend.find("SHA-256"), std::string::npos);
      return "refused";
    }
    return "";
  } catch (const der::Malformed&) {
    return "malformed";
  }
}

TEST(SignatureScheme, KnowsOurOwnAlgorithms) {
  for (const auto algorithm : {SignatureAlgorithm::ecdsa_sha256, SignatureAlgorithm::ecdsa_sha384,
                               SignatureAlgorithm::ecdsa_sha512, SignatureAlgorithm::rsa_pkcs1_sha256,
                               SignatureAlgorithm::rsa_pkcs1_sha384, SignatureAlgorithm::rsa_pkcs1_sha512,
                               SignatureAlgorithm::rsa_pss_sha256, SignatureAlgorithm::rsa_pss_sha384,
                               SignatureAlgorithm::rsa_pss_sha512, SignatureAlgorithm::ed25519}) {
    const auto parsed = parse_signature_scheme(algorithm_identifier(algorithm));
    ASSERT_FALSE(denied(parsed)) << name(algorithm);
    const auto& scheme = std::get<SignatureScheme>(parsed);
    const SignatureScheme expected = scheme_of(algorithm);
    EXPECT_EQ(scheme.family, expected.family) << name(algorithm);
    EXPECT_EQ(scheme.salt_length, expected.salt_length) << name(algorithm);
    if (algorithm != SignatureAlgorithm::ed25519) {
      EXPECT_EQ(scheme.hash, expected.hash) << name(algorithm);
    }
  }
}

TEST(SignatureScheme, TakesParametersAbsentOrNullWhereRequestsHaveBoth) {
  for (const char* oid : {"1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11"}) {
    EXPECT_EQ(answer(identifier(oid)), "");
    EXPECT_EQ(answer(identifier(oid, k_null)), "");
    EXPECT_EQ(answer(identifier(oid, der::integer(1))), "refused");
    EXPECT_EQ(answer(identifier(oid, der::join({k_null, k_null}))), "refused");
  }
  EXPECT_EQ(answer(identifier("1.3.101.112", k_null)), "refused");  // RFC 8410 §3
}

TEST(SignatureScheme, RefusesBrokenAndUnknownAlgorithms) {
  for (const char* oid : {"1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5",
                          "1.3.14.3.2.29", "1.2.840.10045.4.1", "1.2.840.10040.4.3", "1.2.3.4"})
    EXPECT_EQ(answer(identifier(oid, k_null)), "refused") << oid;
  EXPECT_EQ(answer({}), "malformed");
  EXPECT_EQ(answer(*from_hex("3000")), "malformed");
}

TEST(SignatureScheme, ReadsPssParametersAndTheirDefaults) {
  const auto read = parse_signature_scheme(pss_identifier(pss(k_sha256, k_sha384, der::integer(17))));
  ASSERT_FALSE(denied(read));
  EXPECT_EQ(std::get<SignatureScheme>(read).hash, ShaTwo::sha256);
  EXPECT_EQ(std::get<SignatureScheme>(read).mgf1_hash, ShaTwo::sha384);
  EXPECT_EQ(std::get<SignatureScheme>(read).salt_length, 17);
  // RFC 4055 §3.1: a salt left out has 20 octets; hashes left out are SHA-1.
  const auto unsalted = parse_signature_scheme(pss_identifier(pss(k_sha256, k_sha256, {})));
  EXPECT_EQ(std::get<SignatureScheme>(unsalted).salt_length, 20);
  EXPECT_EQ(answer(pss_identifier(pss(nullptr, k_sha256, der::integer(32)))), "refused");
  EXPECT_EQ(answer(pss_identifier(pss(k_sha256, nullptr, der::integer(32)))), "refused");
  EXPECT_EQ(answer(pss_identifier(pss(k_sha1, k_sha256, der::integer(20)))), "refused");
  EXPECT_EQ(answer(pss_identifier(pss(k_sha256, k_sha1, der::integer(32)))), "refused");
  EXPECT_EQ(answer(pss_identifier({})), "refused");
  EXPECT_EQ(answer(pss_identifier(pss(k_sha256, k_sha256, der::integer(-1)))), "refused");
  EXPECT_EQ(answer(pss_identifier(pss(k_sha256, k_sha256, der::integer(32), der::integer(1)))), "");
  EXPECT_EQ(answer(pss_identifier(pss(k_sha256, k_sha256, der::integer(32), der::integer(2)))), "refused");
  EXPECT_EQ(answer(pss_identifier(der::join({pss(k_sha256, k_sha256, {}), k_null}))), "malformed");
}

// The parts of a request whose signature is at hand.
struct Signed {
  Bytes info, algorithm, signature, modulus, exponent;
};

Signed parts(const std::string& file) {
  const Bytes der = test::read_vector("csr/" + file);
  der::Reader outer(der);
  der::Reader request = outer.sequence("request");
  Signed read;
  const auto info = request.any();
  read.info = to_bytes(info.whole);
  read.algorithm = to_bytes(request.any().whole);
  read.signature = to_bytes(request.bit_string("signature"));
  der::Reader fields(info);
  fields.any();
  fields.any();
  const auto key = PublicKey::parse(fields.any().whole);
  read.modulus = to_bytes(std::get<PublicKey>(key).rsa_modulus());
  read.exponent = to_bytes(std::get<PublicKey>(key).rsa_exponent());
  return read;
}

// The RSA key of the request, as id-RSASSA-PSS with these parameters.
PublicKey pss_key(const Signed& request, const Bytes& parameters) {
  const Bytes key =
      der::sequence({der::unsigned_integer(request.modulus), der::unsigned_integer(request.exponent)});
  const auto parsed = PublicKey::parse(der::sequence({pss_identifier(parameters), der::bit_string(key)}));
  if (const auto* denial = denied(parsed)) throw std::runtime_error(denial->detail);
  return std::get<PublicKey>(parsed);
}

// RFC 4055 §1.2 and §3.3: what a key restricted to RSASSA-PSS may verify.
TEST(SignatureScheme, HonoursTheRestrictionsOfThePssKey) {
  const Signed with_pss = parts("openssl-rsa2048-pss.der");  // SHA-256, MGF1 SHA-256, 32 octets of salt
  const auto verifies = [&](const Bytes& parameters) {
    return pss_key(with_pss, parameters).verify(with_pss.algorithm, with_pss.info, with_pss.signature);
  };
  EXPECT_TRUE(verifies({}));
  EXPECT_TRUE(verifies(pss(k_sha256, k_sha256, der::integer(32))));
  EXPECT_TRUE(verifies(pss(k_sha256, k_sha256, der::integer(0))));
  EXPECT_FALSE(verifies(pss(k_sha256, k_sha256, der::integer(33))));
  EXPECT_FALSE(verifies(pss(k_sha384, k_sha256, der::integer(0))));
  EXPECT_FALSE(verifies(pss(k_sha256, k_sha384, der::integer(0))));
  const Signed with_pkcs1 = parts("openssl-rsa2048-sha224.der");
  EXPECT_FALSE(pss_key(with_pkcs1, {}).verify(with_pkcs1.algorithm, with_pkcs1.info, with_pkcs1.signature));
}

TEST(SignatureScheme, RefusesAPssKeyRestrictedToSha1) {
  const Bytes key = der::sequence({der::integer(35), der::integer(3)});
  const auto parsed =
      PublicKey::parse(der::sequence({pss_identifier(pss(nullptr, nullptr, {})), der::bit_string(key)}));
  ASSERT_TRUE(denied(parsed));
  EXPECT_EQ(denied(parsed)->rule, "key.algorithm");
}

// The salt's length is part of what was signed for: another one does not verify.
TEST(SignatureScheme, TakesTheSaltLengthAsItIsNamed) {
  const Signed request = parts("openssl-rsa2048-pss.der");
  const PublicKey key = pss_key(request, {});
  for (const int salt : {0, 20, 31, 33, 64, 1000})
    EXPECT_FALSE(key.verify(pss_identifier(pss(k_sha256, k_sha256, der::integer(salt))), request.info,
                            request.signature))
        << salt;
}

}  // namespace
}  // namespace inkan::policy
