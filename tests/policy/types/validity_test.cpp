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

}  // namespace
}  // namespace inkan::policy
