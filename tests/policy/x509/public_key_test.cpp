#include "policy/x509/public_key.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "policy/der/writer.h"
#include "tests/support/vectors.h"

namespace inkan::policy {
namespace {

std::string rule_of(const Bytes& spki) {
  const auto key = PublicKey::parse(spki);
  return denied(key) ? denied(key)->rule : "";
}

PublicKey key_of(const std::string& file) {
  auto key = PublicKey::parse(test::read_vector("keys/" + file + ".pem"));
  if (const auto* denial = denied(key)) throw std::runtime_error(denial->detail);
  return std::get<PublicKey>(key);
}

Bytes ec_spki(const char* curve, const Bytes& point) {
  return der::sequence(
      {der::sequence({der::oid("1.2.840.10045.2.1"), der::oid(curve)}), der::bit_string(point)});
}

Bytes rsa_spki(const Bytes& modulus, const Bytes& exponent) {
  const Bytes null = {der::k_null, 0};
  return der::sequence({der::sequence({der::oid("1.2.840.113549.1.1.1"), null}),
                        der::bit_string(der::sequence({modulus, exponent}))});
}

Bytes ed25519_spki(BytesView key) {
  return der::sequence({der::sequence({der::oid("1.3.101.112")}), der::bit_string(key)});
}

constexpr const char* k_p256 = "1.2.840.10045.3.1.7";

struct Key {
  const char* file;
  KeyAlgorithm algorithm;
  int bits;
};

class PublicKeyVectors : public testing::TestWithParam<Key> {};

TEST_P(PublicKeyVectors, AreReadAsOpensslReadsThem) {
  const PublicKey key = key_of(GetParam().file);
  EXPECT_EQ(key.algorithm(), GetParam().algorithm);
  EXPECT_EQ(key.bits(), GetParam().bits);
  const unsigned char* at = key.spki().data();
  const EvpPkeyPtr judge(d2i_PUBKEY(nullptr, &at, static_cast<long>(key.spki().size())));
  ASSERT_TRUE(judge);
  // The key built from its parts is the key that OpenSSL's decoders read.
  EXPECT_EQ(EVP_PKEY_eq(judge.get(), key.evp()), 1);
}

INSTANTIATE_TEST_SUITE_P(Files, PublicKeyVectors,
                         testing::Values(Key{"rfc9500-p256", KeyAlgorithm::ec_p256, 256},
                                         Key{"rfc9500-p384", KeyAlgorithm::ec_p384, 384},
                                         Key{"rfc9500-p521", KeyAlgorithm::ec_p521, 521},
                                         Key{"rfc9500-rsa2048", KeyAlgorithm::rsa, 2048},
                                         Key{"good-4096", KeyAlgorithm::rsa, 4096},
                                         Key{"short-2040", KeyAlgorithm::rsa, 2040},
                                         Key{"rfc8410-ed25519", KeyAlgorithm::ed25519, 256}));

TEST(PublicKey, KnowsItsParts) {
  const PublicKey rsa = key_of("exponent-65539");
  EXPECT_EQ(to_hex(rsa.rsa_exponent()), "010003");
  EXPECT_EQ(rsa.rsa_modulus().size(), 256u);
  EXPECT_GE(rsa.rsa_modulus()[0], 0x80);
  EXPECT_TRUE(key_of("rfc9500-p256").rsa_modulus().empty());
}

// RFC 7093 §2 method 1; RFC 8410 §10.1's key, hashed by `openssl dgst -sha256` of its 32 octets.
TEST(PublicKey, IdentifiesItselfByTheLeftmostBitsOfSha256) {
  EXPECT_EQ(to_hex(key_of("rfc8410-ed25519").key_identifier()), "e744c0791320c3285460eddb523f14c88d857ada");
}

TEST(PublicKey, RefusesPointsThatAreNotOnTheCurve) {
  Bytes point = to_bytes(key_of("rfc9500-p256").key_bits());
  point.back() ^= 1;
  EXPECT_EQ(rule_of(ec_spki(k_p256, point)), "key.point");
  EXPECT_EQ(rule_of(ec_spki(k_p256, Bytes{0})), "key.point");  // infinity, SEC 1 §2.3.3
  EXPECT_EQ(rule_of(ec_spki(k_p256, Bytes{})), "key.point");
  EXPECT_EQ(rule_of(ec_spki(k_p256, to_bytes(key_of("rfc9500-p384").key_bits()))), "key.point");
  EXPECT_EQ(rule_of(ec_spki("1.3.132.0.34", to_bytes(key_of("rfc9500-p256").key_bits()))), "key.point");
  // x at or above p: NIST SP 800-56A §5.6.2.3.3 step 2.
  Bytes unreduced(65, 0xff);
  unreduced[0] = 4;
  EXPECT_EQ(rule_of(ec_spki(k_p256, unreduced)), "key.point");
}

TEST(PublicKey, RefusesCompressedAndHybridPointsWithTheirMend) {
  const Bytes point = to_bytes(key_of("rfc9500-p256").key_bits());
  Bytes compressed(point.begin(), point.begin() + 33), hybrid = point;
  compressed[0] = 2 + point.back() % 2;
  hybrid[0] = 6 + point.back() % 2;
  const auto denial = PublicKey::parse(ec_spki(k_p256, compressed));
  ASSERT_TRUE(denied(denial));
  EXPECT_EQ(denied(denial)->rule, "key.point");
  EXPECT_NE(denied(denial)->mend.find("uncompressed"), std::string::npos);
  EXPECT_EQ(rule_of(ec_spki(k_p256, hybrid)), "key.point");
}

TEST(PublicKey, RefusesOtherAlgorithmsAndCurvesByName) {
  const Bytes point = to_bytes(key_of("rfc9500-p256").key_bits());
  EXPECT_EQ(rule_of(ec_spki("1.3.132.0.10", point)), "key.curve");  // secp256k1
  EXPECT_EQ(rule_of(der::sequence({der::sequence({der::oid("1.2.840.10045.2.1")}), der::bit_string(point)})),
            "key.curve");
  EXPECT_EQ(
      rule_of(der::sequence({der::sequence({der::oid("1.2.840.10040.4.1")}), der::bit_string(Bytes{1})})),
      "key.algorithm");  // DSA
  EXPECT_EQ(rule_of(der::sequence({der::sequence({der::oid("1.3.101.110")}), der::bit_string(Bytes(32, 9))})),
            "key.algorithm");  // X25519
}

TEST(PublicKey, RefusesRsaNumbersNobodyShouldComputeWith) {
  const Bytes n = der::unsigned_integer(key_of("good-2048").rsa_modulus()), e = der::integer(65537);
  EXPECT_EQ(rule_of(rsa_spki(n, e)), "");
  EXPECT_EQ(rule_of(rsa_spki(der::integer(0), e)), "key.parse");
  EXPECT_EQ(rule_of(rsa_spki(der::integer(-5), e)), "key.parse");
  EXPECT_EQ(rule_of(rsa_spki(n, der::integer(0))), "key.parse");
  EXPECT_EQ(rule_of(rsa_spki(n, der::integer(-3))), "key.parse");
  EXPECT_EQ(rule_of(test::read_vector("keys/huge-8200.pem")), "key.rsa.size");
  EXPECT_EQ(rule_of(test::read_vector("keys/exponent-257-bits.pem")), "key.rsa.exponent");
}

TEST(PublicKey, IsStrictDer) {
  Bytes spki = key_of("good-2048").spki();
  spki.push_back(0);
  EXPECT_EQ(rule_of(spki), "key.parse");
  EXPECT_EQ(rule_of({}), "key.parse");
  const Bytes n = der::unsigned_integer(key_of("good-2048").rsa_modulus()), e = der::integer(65537);
  // RFC 3279 §2.3.1: NULL, not absent.
  EXPECT_EQ(rule_of(der::sequence(
                {der::sequence({der::oid("1.2.840.113549.1.1.1")}), der::bit_string(der::sequence({n, e}))})),
            "key.parse");
  EXPECT_EQ(rule_of(rsa_spki(n, der::join({e, e}))), "key.parse");
  const Bytes null = {der::k_null, 0};
  // RFC 8410 §3: no parameters.
  EXPECT_EQ(
      rule_of(der::sequence({der::sequence({der::oid("1.3.101.112"), null}), der::bit_string(Bytes(32, 9))})),
      "key.parse");
}

// The proof that the refusal matters: OpenSSL takes a signature that anybody can write for each of these
// keys.
TEST(PublicKey, RefusesEd25519PointsOfSmallOrder) {
  const Bytes neutral = *from_hex("0100000000000000000000000000000000000000000000000000000000000000");
  const Bytes forged = der::join({neutral, Bytes(32)});  // R is the neutral element, S is zero
  const char* reduced[] = {
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0000000000000000000000000000000000000000000000000000000000000080",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  };
  for (const char* hex : reduced) {
    const Bytes point = *from_hex(hex);
    EXPECT_EQ(rule_of(ed25519_spki(point)), "key.point") << hex;
    const EvpPkeyPtr key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, point.data(), point.size()));
    // The order divides 8, so one message in eight at least hashes to a multiple of it.
    bool verified = false;
    for (std::uint8_t message = 0; message < 200 && !verified; ++message) {
      const EvpMdCtxPtr context(EVP_MD_CTX_new());
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get());
      verified = EVP_DigestVerify(context.get(), forged.data(), forged.size(), &message, 1) == 1;
    }
    EXPECT_TRUE(verified) << hex;
  }
  for (const char* hex : {"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"})
    EXPECT_EQ(rule_of(ed25519_spki(*from_hex(hex))), "key.point") << hex;
  EXPECT_EQ(rule_of(ed25519_spki(Bytes(31, 7))), "key.point");
}

// RFC 8032 §7.1 TEST 2.
TEST(PublicKey, VerifiesEd25519) {
  const auto key = PublicKey::parse(
      ed25519_spki(*from_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")));
  const Bytes message{0x72};
  Bytes signature = *from_hex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2e"
      "aeb4302aee"
      "b00d291612bb0c00");
  EXPECT_TRUE(std::get<PublicKey>(key).verify(SignatureAlgorithm::ed25519, message, signature));
  EXPECT_FALSE(std::get<PublicKey>(key).verify(SignatureAlgorithm::ed25519, Bytes{0x73}, signature));
  signature[5] ^= 1;
  EXPECT_FALSE(std::get<PublicKey>(key).verify(SignatureAlgorithm::ed25519, message, signature));
  EXPECT_FALSE(std::get<PublicKey>(key).verify(SignatureAlgorithm::ed25519, message, {}));
  EXPECT_FALSE(std::get<PublicKey>(key).verify(SignatureAlgorithm::ecdsa_sha256, message, signature));
}

// RFC 6979 A.2.5, message "sample" with SHA-256; r and s as printed there.
TEST(PublicKey, VerifiesEcdsaInStrictDerOnly) {
  const Bytes point = *from_hex(
      "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1"
      "b20c2d7e9f"
      "5177a3c294d4462299");
  const auto key = PublicKey::parse(ec_spki(k_p256, point));
  ASSERT_FALSE(denied(key));
  const Bytes r = *from_hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
  const Bytes s = *from_hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  const auto verify = [&](const Bytes& signature) {
    return std::get<PublicKey>(key).verify(SignatureAlgorithm::ecdsa_sha256, as_bytes("sample"), signature);
  };
  EXPECT_TRUE(verify(der::sequence({der::unsigned_integer(r), der::unsigned_integer(s)})));
  EXPECT_FALSE(verify(der::sequence({der::unsigned_integer(s), der::unsigned_integer(r)})));
  EXPECT_FALSE(
      verify(der::sequence({der::tlv(der::k_integer, r), der::tlv(der::k_integer, s)})));  // negative
  EXPECT_FALSE(verify(der::sequence({der::unsigned_integer(r), der::unsigned_integer(s), Bytes{5, 0}})));
  EXPECT_FALSE(verify(der::join({r, s})));
  EXPECT_FALSE(verify({}));
}

TEST(PublicKey, RefusesSignaturesOfOtherKinds) {
  const PublicKey rsa = key_of("good-2048");
  for (const auto algorithm : {SignatureAlgorithm::ecdsa_sha256, SignatureAlgorithm::ed25519,
                               SignatureAlgorithm::rsa_pkcs1_sha256, SignatureAlgorithm::rsa_pss_sha256})
    for (const std::size_t size : {0, 1, 255, 256, 257})
      EXPECT_FALSE(rsa.verify(algorithm, Bytes{1}, Bytes(size, 0)));
  EXPECT_FALSE(rsa.verify(Bytes{}, Bytes{1}, Bytes(256)));
  EXPECT_FALSE(rsa.verify(*from_hex("300d06092a864886f70d0101050500"), Bytes{1}, Bytes(256)));  // SHA-1
}

TEST(PublicKey, IsSharedBetweenThreads) {
  const PublicKey key = key_of("rfc9500-p256");
  std::vector<std::thread> threads;
  std::vector<EVP_PKEY*> seen(8);
  for (std::size_t i = 0; i < seen.size(); ++i)
    threads.emplace_back([copy = key, &slot = seen[i]] {
      EXPECT_FALSE(copy.verify(SignatureAlgorithm::ecdsa_sha256, Bytes{1}, Bytes{1}));
      slot = copy.evp();
    });
  for (auto& thread : threads) thread.join();
  for (const auto* evp : seen) EXPECT_EQ(evp, key.evp());
}

}  // namespace
}  // namespace inkan::policy
