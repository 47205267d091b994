#include "policy/types/bytes.h"

#include <gtest/gtest.h>

namespace inkan::policy {
namespace {

// RFC 4648 §10.
TEST(Base64, AnswersTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
    ASSERT_TRUE(from_base64(encoded)) << encoded;
    EXPECT_EQ(as_text(*from_base64(encoded)), plain);
  }
}

TEST(Base64, RefusesAnythingButTheOneSpelling) {
  for (const char* bad : {"Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm-v",
                          "Zm9vZ", "=Zg=", "Zg==Zg=="})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(Hex, ReadsEitherCaseAndNothingElse) {
  EXPECT_EQ(to_hex(*from_hex("00fFaB")), "00ffab");
  for (const char* bad : {"0", "0g", "0x00", " 00", "00 "}) EXPECT_FALSE(from_hex(bad)) << bad;
}

TEST(Octets, TakeExactlyTheirLength) {
  using Id = Octets<struct TestTag, 2>;
  EXPECT_EQ(Id::from_hex("0102")->hex(), "0102");
  EXPECT_FALSE(Id::from_hex("01"));
  EXPECT_FALSE(Id::from_hex("010203"));
  EXPECT_LT(*Id::from_hex("0102"), *Id::from_hex("0201"));
}

}  // namespace
}  // namespace inkan::policy
