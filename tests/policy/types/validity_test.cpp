#include "policy/types/validity.h"

#include <gtest/gtest.h>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

using std::chrono::seconds;
const Instant k_noon{seconds(1795359600)};  // 2026-11-22T15:00:00Z

// RFC 5280 §4.1.2.5: both ends belong to it.
TEST(Validity, CoversBothItsEnds) {
  const Validity validity(k_noon, k_noon + seconds(9));
  EXPECT_TRUE(validity.covers(k_noon));
  EXPECT_TRUE(validity.covers(k_noon + seconds(9)));
  EXPECT_FALSE(validity.covers(k_noon - seconds(1)));
  EXPECT_FALSE(validity.covers(k_noon + seconds(10)));
  EXPECT_EQ(validity.length(), seconds(10));
}

TEST(Validity, OfOneSecondIsTheShortest) {
  EXPECT_EQ(Validity(k_noon, k_noon).length(), seconds(1));
  EXPECT_THROW(Validity(k_noon, k_noon - seconds(1)), Error);
}

TEST(Validity, NestsOnlyIfBothEndsAreInside) {
  const Validity outer(k_noon, k_noon + seconds(100));
  EXPECT_TRUE(outer.covers(outer));
  EXPECT_FALSE(outer.covers(Validity(k_noon - seconds(1), k_noon + seconds(5))));
  EXPECT_FALSE(outer.covers(Validity(k_noon, k_noon + seconds(101))));
}

TEST(Instant, IsWrittenAsRfc3339) {
  EXPECT_EQ(to_rfc3339(k_noon), "2026-11-22T15:00:00Z");
  EXPECT_EQ(to_rfc3339(InstantMicros(k_noon) + std::chrono::microseconds(123)),
            "2026-11-22T15:00:00.000123Z");
  EXPECT_EQ(to_rfc3339(Instant(seconds(-1))), "1969-12-31T23:59:59Z");
  EXPECT_EQ(to_rfc3339(InstantMicros(std::chrono::microseconds(-1))), "1969-12-31T23:59:59.999999Z");
}

TEST(Instant, IsTheCivilTimeOfTheCLibrary) {
  // Every 11 days and some seconds of the years 0 to 9999, and the ends.
  const std::int64_t first = -62167219200, last = 253402300799;
  for (std::int64_t at = first; at <= last; at += 999983) {
    const std::time_t time = at;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    ASSERT_EQ(to_rfc3339(Instant(seconds(at))), text);
  }
  EXPECT_EQ(to_rfc3339(Instant(seconds(first))), "0000-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(Instant(seconds(last))), "9999-12-31T23:59:59Z");
}

TEST(Instant, IsReadBackFromItsOneForm) {
  for (const char* text :
       {"2026-11-22T15:00:00.123456Z", "1969-12-31T23:59:59.999999Z", "2028-02-29T00:00:00.000000Z"})
    EXPECT_EQ(to_rfc3339(from_rfc3339(text)), text);
}

TEST(Instant, OfAnotherFormIsRefused) {
  for (const char* bad :
       {"", "2026-11-22", "2026-11-22T15:00:00Z", "2026-11-22T15:00:00.123Z",
        "2026-11-22T15:00:00.123456+00:00", "2026-11-22 15:00:00.123456Z", "2026-11-22t15:00:00.123456z",
        "2026-02-29T00:00:00.000000Z", "2026-11-22T24:00:00.000000Z", "2026-11-22T15:60:00.000000Z",
        "2026-11-22T15:00:60.000000Z", "2026-13-01T00:00:00.000000Z", "2026-11-22T15:00:00.123456Zx",
        "-026-11-22T15:00:00.123456Z", " 2026-11-22T15:00:00.123456Z", "+026-11-22T15:00:00.123456Z",
        "2026-1-022T15:00:00.123456Z"})
    EXPECT_THROW(from_rfc3339(bad), Error) << bad;
}

}  // namespace
}  // namespace inkan::policy
