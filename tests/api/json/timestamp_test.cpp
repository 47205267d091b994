#include "api/json/timestamp.h"

#include <gtest/gtest.h>

namespace inkan::api {
namespace {

// Expected values by `date -u -d … +%s`.
TEST(Rfc3339, ReadsZoneAndOffset) {
  const auto seconds = [](const char* text) { return parse_rfc3339(text)->time_since_epoch().count(); };
  EXPECT_EQ(seconds("2027-01-31T09:00:00Z"), 1801386000);
  EXPECT_EQ(seconds("2027-01-31T18:00:00+09:00"), 1801386000);
  EXPECT_EQ(seconds("2027-01-31T05:30:00-03:30"), 1801386000);
  EXPECT_EQ(seconds("2028-02-29T23:59:59Z"), 1835481599);
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const auto* text :
       {"", "2027-01-31", "2027-01-31T09:00:00", "2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z",
        "2027-01-31T24:00:00Z", "2027-01-31T09:60:00Z", "2027-01-31T09:00:60Z", "2027-01-31T09:00:00.5Z",
        "2027-01-31 09:00:00Z", "2027-01-31T09:00:00 09:00", "2027-01-31T09:00:00+0900",
        "2027-01-31T09:00:00+24:00", "1969-12-31T00:00:00Z", "2027-1-31T09:00:00Z", "2027-01-31T09:00:00Zx"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Rfc3339, ReadsAFractionWhereMicrosecondsAreWanted) {
  const auto micros = [](const char* text) { return parse_rfc3339_micros(text)->time_since_epoch().count(); };
  EXPECT_EQ(micros("2027-01-31T09:00:00Z"), 1801386000'000000);
  EXPECT_EQ(micros("2027-01-31T09:00:00.000042Z"), 1801386000'000042);
  EXPECT_EQ(micros("2027-01-31T18:00:00.5+09:00"), 1801386000'500000);
  for (const auto* text : {"2027-01-31T09:00:00.Z", "2027-01-31T09:00:00.1234567Z", "2027-01-31T09:00:00.5",
                           "2027-01-31T09:00:00,5Z", "2027-01-31T09:00:00.5.5Z", "2027-01-31T09:00:0.50Z"})
    EXPECT_FALSE(parse_rfc3339_micros(text)) << text;
}

}  // namespace
}  // namespace inkan::api
