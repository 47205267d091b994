#include "policy/subscriber/credential_rule.h"

#include <gtest/gtest.h>

namespace inkan::policy {
namespace {

const CredentialRule k_rule{.least = 6, .most = 12};

TEST(CredentialRule, R17_R18_SixToTwelveLettersAndDigitsWithOneOfEach) {
  for (const char* good : {"abc123", "A1bcde", "123456789abc", "zzzzz0", "0Zzzzz"})
    EXPECT_FALSE(k_rule.fault(good)) << good;
  EXPECT_EQ(k_rule.fault("abc12"), "must have 6 to 12 characters");
  EXPECT_EQ(k_rule.fault("abcdefg123456"), "must have 6 to 12 characters");
  EXPECT_EQ(k_rule.fault(""), "must have 6 to 12 characters");
  EXPECT_EQ(k_rule.fault("123456"), "must hold at least one letter");
  EXPECT_EQ(k_rule.fault("abcdef"), "must hold at least one digit");
}

// Refused, not folded: ＡＢＣ１２３ is not ABC123.
TEST(CredentialRule, A12_RefusesFullWidthAndAllElse) {
  for (const char* bad : {"ＡＢＣ１２３", "abc123 ", "abc-123", "abc123\n", "ｱｲｳ123", "äbc123", "abc12\x7f"})
    EXPECT_EQ(k_rule.fault(bad), "may hold half-width letters and digits only") << bad;
  EXPECT_TRUE(
      k_rule.fault(std::string_view("abc\0"
                                    "123",
                                    7)));
}

TEST(CredentialRule, TakesWhatThePackAllows) {
  const CredentialRule wide{.least = 3, .most = 5, .letter = false, .digit = false, .symbols = "-."};
  EXPECT_FALSE(wide.fault("a-."));
  EXPECT_FALSE(wide.fault("---"));
  EXPECT_EQ(wide.fault("a_b"), "may hold half-width letters and digits and -. only");
}

}  // namespace
}  // namespace inkan::policy
