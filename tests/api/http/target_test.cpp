#include "api/http/target.h"

#include <gtest/gtest.h>

namespace inkan::api {
namespace {

TEST(Target, DecodesSegmentsAndQueryOnce) {
  const auto parsed = parse_target("/v1/a%20b/%25%32%30?x=1&y=a+b%2Bc&z&&w=%E5%8D%B0");
  ASSERT_TRUE(std::holds_alternative<Target>(parsed));
  const auto& target = std::get<Target>(parsed);
  EXPECT_EQ(target.segments, (std::vector<std::string>{"v1", "a b", "%20"}));
  EXPECT_EQ(target.query, (std::vector<QueryParameter>{{"x", "1"}, {"y", "a b+c"}, {"z", ""}, {"w", "印"}}));
}

TEST(Target, KeepsEmptySegmentsApart) {
  EXPECT_EQ(std::get<Target>(parse_target("/")).segments, std::vector<std::string>{""});
  EXPECT_EQ(std::get<Target>(parse_target("/v1//a/")).segments,
            (std::vector<std::string>{"v1", "", "a", ""}));
}

// Which takes it for a part of a name or of a base64 text is for the route to say.
TEST(Target, LeavesAnEscapedSlashInItsSegment) {
  EXPECT_EQ(std::get<Target>(parse_target("/ocsp/aa%2Fbb%2b/c")).segments,
            (std::vector<std::string>{"ocsp", "aa/bb+", "c"}));
  EXPECT_EQ(std::get<Target>(parse_target("/%2fetc")).segments, std::vector<std::string>{"/etc"});
}

TEST(Target, RefusesWhatCouldBeReadInTwoWays) {
  for (const auto* text : {"/a%2", "/a%", "/a%zz", "/a%00b", "/a%0d%0aX", "/%c3", "/%ff", "/%c0%af",
                           "/%ed%a0%80", "/../etc/passwd", "/v1/./a", "/%2e%2e/a", "/a%2f..", "/%2e%2fa",
                           "/a%2f%2e%2e%2fb", "/a?x=%0a", "/a?x=%c3", "/a?%=1"}) {
    const auto parsed = parse_target(text);
    ASSERT_TRUE(std::holds_alternative<Fault>(parsed)) << text;
    EXPECT_EQ(std::get<Fault>(parsed).status, 400) << text;
  }
}

TEST(Target, LimitsDepthAndParameters) {
  std::string deep, wide = "/a?";
  for (int i = 0; i < 17; ++i) deep += "/a";
  for (int i = 0; i < 33; ++i) wide += "a=b&";
  EXPECT_EQ(std::get<Fault>(parse_target(deep)).status, 404);
  EXPECT_EQ(std::get<Fault>(parse_target(wide)).status, 400);
}

// RFC 3629 §3: the shortest form, no surrogates, at most U+10FFFF.
TEST(Target, TakesUtf8OnlyInItsOneForm) {
  const auto whole = parse_target("/a%c2%80%e5%8d%b0%f0%9f%98%80%f4%8f%bf%bf");
  ASSERT_TRUE(std::holds_alternative<Target>(whole));
  EXPECT_EQ(std::get<Target>(whole).segments.at(0), "a\xc2\x80\xe5\x8d\xb0\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf");
  for (const auto* bad :
       {"/%80", "/%c1%bf", "/%e0%80%80", "/%f0%80%80%80", "/%f4%90%80%80", "/%f8%88%80%80%80", "/%e5%8d"})
    EXPECT_TRUE(std::holds_alternative<Fault>(parse_target(bad))) << bad;
}

}  // namespace
}  // namespace inkan::api
