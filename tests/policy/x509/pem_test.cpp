#include "policy/x509/pem.h"

#include <gtest/gtest.h>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr const char* k_block = "-----BEGIN X-----\nZm9v\n-----END X-----\n";

std::string refusal(std::string_view text) {
  try {
    pem_decode(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_input);
    return error.what();
  }
  return "";
}

std::string decoded(std::string_view text) {
  return std::string(as_text(pem_decode(text).der));
}

// RFC 7468 §2: parsers ignore white space and text outside the boundaries.
TEST(Pem, ReadsWhatRfc7468Tolerates) {
  EXPECT_EQ(decoded(k_block), "foo");
  EXPECT_EQ(decoded("-----BEGIN X-----\r\nZm\r\n9v\r\n-----END X-----"), "foo");
  EXPECT_EQ(decoded("Subject: x\n dashes ----- here\n" + std::string(k_block) + "\nmore text\n"), "foo");
  EXPECT_EQ(decoded("-----BEGIN X-----\n\n  Zm9v \t\n\n-----END X-----\n"), "foo");
  EXPECT_EQ(decoded("\xef\xbb\xbf\n" + std::string(k_block)), "foo");
  EXPECT_EQ(pem_decode(k_block).label, "X");
}

TEST(Pem, RefusesByNameWhatIsBroken) {
  EXPECT_NE(refusal("").find("no \"-----BEGIN"), std::string::npos);
  EXPECT_NE(refusal("text -----BEGIN X-----\nZm9v\n-----END X-----").find("no \"-----BEGIN"),
            std::string::npos);
  EXPECT_NE(refusal(std::string(k_block) + k_block).find("2 blocks"), std::string::npos);
  EXPECT_NE(refusal("-----BEGIN X-----\nZm9v\n").find("\"-----END X-----\" is missing"), std::string::npos);
  EXPECT_NE(refusal("-----BEGIN X-----\nZm9v\n-----END Y-----\n").find("another label"), std::string::npos);
  EXPECT_NE(refusal("-----BEGIN X-----\nZm9\n-----END X-----\n").find("not base64"), std::string::npos);
  EXPECT_NE(refusal("-----BEGIN X-----\n-----END X-----\n").find("not base64"), std::string::npos);
  EXPECT_NE(refusal("-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\n\nZm9v\n-----END X-----\n").find("headers"),
            std::string::npos);
  EXPECT_NE(refusal("-----BEGIN X\nZm9v\n-----END X-----\n").find("boundary"), std::string::npos);
  EXPECT_NE(refusal("-----BEGIN " + std::string(1000, 'x') + "-----\n").find("boundary"), std::string::npos);
}

// A key sent by mistake must not reach a log through the error that refuses it.
TEST(Pem, NeverRepeatsAPrivateKey) {
  const std::string why = refusal("-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n");
  EXPECT_NE(why.find("private key"), std::string::npos);
  EXPECT_EQ(why.find("c2VjcmV0"), std::string::npos);
  EXPECT_EQ(why.find("secret"), std::string::npos);
}

TEST(Pem, ReadsAChainInItsOrder) {
  const auto blocks =
      pem_decode_all(std::string(k_block) + "between\n-----BEGIN Y-----\nYmFy\n-----END Y-----\n");
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[1].label, "Y");
  EXPECT_EQ(as_text(blocks[1].der), "bar");
}

TEST(Pem, TakesACertificateByItsLabelOnly) {
  EXPECT_EQ(as_text(pem_decode_certificate("-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n")),
            "foo");
  EXPECT_THROW(pem_decode_certificate(k_block), Error);
}

TEST(Pem, WritesLinesOf64Characters) {
  EXPECT_EQ(pem_encode("X", as_bytes("foo")), k_block);
  const std::string text = pem_encode("CERTIFICATE", Bytes(49));
  EXPECT_EQ(text,
            "-----BEGIN CERTIFICATE-----\n" + std::string(64, 'A') + "\nAA==\n-----END CERTIFICATE-----\n");
  EXPECT_EQ(pem_decode(text).der, Bytes(49));
}

}  // namespace
}  // namespace inkan::policy
