#include "api/http/request_ids.h"

#include <gtest/gtest.h>

namespace inkan::api {
namespace {

// The time part was computed apart from this code: 1469918176000 ms in ten digits of base 32.
TEST(RequestIds, AreOrderedAndUnique) {
  long now = 1469918176;
  RequestIds ids([&] { return policy::Instant(std::chrono::seconds(now)); }, 0xabcdef);
  const auto first = ids.next(), second = ids.next();
  now += 1;
  const auto third = ids.next();
  EXPECT_EQ(first.size(), 26u);
  EXPECT_TRUE(first.starts_with("01ARYZ6RR0"));
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_EQ(first.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos);
}

TEST(RequestIds, DifferBetweenProcesses) {
  const auto now = [] { return policy::Instant(std::chrono::seconds(1469918176)); };
  EXPECT_NE(RequestIds(now, 1).next(), RequestIds(now, 2).next());
}

}  // namespace
}  // namespace inkan::api
