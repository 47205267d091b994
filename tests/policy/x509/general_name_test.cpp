#include "policy/x509/general_name.h"

#include <gtest/gtest.h>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

using Kind = GeneralNameKind;

std::vector<GeneralName> parsed(std::string_view hex) {
  return parse_general_names(*from_hex(hex));
}

TEST(GeneralName, ReadsEachKindThatIsIssued) {
  EXPECT_EQ(parsed("3003820161"), (std::vector<GeneralName>{{Kind::dns, "a"}}));
  EXPECT_EQ(parsed("30058103614062"), (std::vector<GeneralName>{{Kind::email, "a@b"}}));
  EXPECT_EQ(parsed("30058603783a79"), (std::vector<GeneralName>{{Kind::uri, "x:y"}}));
  EXPECT_EQ(parsed("30068704c0000201"), (std::vector<GeneralName>{{Kind::ip, "192.0.2.1"}}));
  EXPECT_EQ(parsed("3012871020010db8000000000000000000000001"),
            (std::vector<GeneralName>{{Kind::ip, "2001:db8::1"}}));
}

TEST(GeneralName, KeepsKindsThatAreNotIssuedAsOther) {
  const std::vector<GeneralName> other{{Kind::other, ""}};
  EXPECT_EQ(parsed("3016a014060a2b060104018237140203a0060c0461406263"),
            other);  // a Windows user principal name
  EXPECT_EQ(parsed("3004a4023000"), other);
  EXPECT_EQ(parsed("300588032a0304"), other);
}

TEST(GeneralName, RefusesWhatIsNoGeneralNames) {
  const std::pair<const char*, const char*> rows[] = {
      {"3000", "an empty list (RFC 5280 §4.2.1.6: at least one)"},
      {"30028200", "an empty dNSName"},
      {"300482026100", "a NUL"},
      {"30048202610a", "a line feed"},
      {"30038201ff", "an octet above 127"},
      {"30058703010203", "an address of three octets"},
      {"3003890161", "tag [9]"},
      {"3003a20161", "a constructed dNSName"},
      {"30030c0161", "a universal tag"},
      {"3103820161", "a SET"},
      {"300382016100", "a trailing octet"},
      {"3004820161", "a length past the end"},
  };
  for (const auto& [hex, what] : rows) {
    const auto octets = from_hex(hex);
    ASSERT_TRUE(octets) << hex;
    EXPECT_THROW(parse_general_names(*octets), der::Malformed) << what;
  }
}

TEST(GeneralName, IsWrittenAsItWasRead) {
  const std::vector<GeneralName> names{{Kind::dns, "a.example.test"},
                                       {Kind::email, "a@example.test"},
                                       {Kind::uri, "urn:x"},
                                       {Kind::ip, "192.0.2.1"},
                                       {Kind::ip, "2001:db8::1"}};
  EXPECT_EQ(parse_general_names(encode_general_names(names)), names);
  EXPECT_EQ(to_hex(encode_general_names({{Kind::dns, "a"}})), "3003820161");
  EXPECT_EQ(to_hex(encode_general_names({{Kind::ip, "192.0.2.1"}})), "30068704c0000201");
}

TEST(GeneralName, IsNotWrittenIfItCannotBeIssued) {
  EXPECT_THROW(encode_general_names({{Kind::other, ""}}), Error);
  EXPECT_THROW(encode_general_names({{Kind::ip, "192.0.2.256"}}), Error);
}

}  // namespace
}  // namespace inkan::policy
