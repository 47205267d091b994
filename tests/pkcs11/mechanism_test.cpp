#include "pkcs11/mechanism.h"

#include <gtest/gtest.h>

namespace inkan::pkcs11 {
namespace {

using policy::Bytes;
using policy::HashAlgorithm;

// RFC 8017 §9.2, note 1: the fixed octets before each digest.
TEST(Mechanism, WritesDigestInfoAsTheStandardPrintsIt) {
  const auto prefix = [](HashAlgorithm hash, std::size_t size) {
    const Bytes info = rsa_pkcs1_input(hash, Bytes(size, 0xaa)).data;
    return policy::to_hex(policy::BytesView(info).first(info.size() - size));
  };
  EXPECT_EQ(prefix(HashAlgorithm::sha256, 32), "3031300d060960864801650304020105000420");
  EXPECT_EQ(prefix(HashAlgorithm::sha384, 48), "3041300d060960864801650304020205000430");
  EXPECT_EQ(prefix(HashAlgorithm::sha512, 64), "3051300d060960864801650304020305000440");
}

TEST(Mechanism, CutsADigestLongerThanTheOrder) {
  EXPECT_EQ(ecdsa_input(256, Bytes(48, 1)).data.size(), 32U);
  EXPECT_EQ(ecdsa_input(384, Bytes(48, 1)).data.size(), 48U);
  EXPECT_EQ(ecdsa_input(521, Bytes(64, 1)).data.size(), 64U);
}

TEST(Mechanism, WritesRawEcdsaAsDer) {
  Bytes raw(64, 0);
  raw[31] = 0x01;  // r = 1
  raw[32] = 0x80;  // s has its top bit set: a sign octet is due
  const auto der = encode_signature(CKM_ECDSA, raw);
  ASSERT_TRUE(der);
  EXPECT_EQ(policy::to_hex(*der).substr(0, 20), "30260201010221008000");
  EXPECT_FALSE(encode_signature(CKM_ECDSA, Bytes(63, 1)));
  EXPECT_FALSE(encode_signature(CKM_ECDSA, {}));
}

TEST(Mechanism, NeverHashesInTheTokenNorSignsRawRsa) {
  using enum policy::SignatureAlgorithm;
  for (const auto algorithm : {rsa_pkcs1_sha256, rsa_pss_sha384, ecdsa_sha512, ed25519})
    for (const auto mechanism : allowed_mechanisms(algorithm, true)) {
      EXPECT_TRUE(mechanism == CKM_RSA_PKCS || mechanism == CKM_RSA_PKCS_PSS || mechanism == CKM_ECDSA ||
                  mechanism == CKM_EDDSA)
          << mechanism;
    }
  EXPECT_EQ(allowed_mechanisms(rsa_pss_sha256, false), std::vector<CK_MECHANISM_TYPE>{CKM_RSA_PKCS_PSS});
}

}  // namespace
}  // namespace inkan::pkcs11
