#include "policy/types/serial.h"

#include <gtest/gtest.h>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr Serial::Random k_ones = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

// RFC 5280 §4.1.2.2: positive, at most 20 octets.
TEST(Serial, IsNineteenPositiveOctetsFromTimeAndChance) {
  const Serial serial = Serial::from(1795359600000, k_ones);  // 2026-11-22T15:00:00Z
  EXPECT_EQ(serial.hex(), "01a203c56d80ffffffffffffffffffffffffff");
  EXPECT_EQ(serial.content().size(), 19u);
  EXPECT_LT(serial.content()[0], 0x80);
}

TEST(Serial, GrowsWithTime) {
  EXPECT_LT(Serial::from(1795359600000, k_ones), Serial::from(1795359600001, Serial::Random{}));
}

TEST(Serial, RefusesAClockThatCannotBeRight) {
  EXPECT_THROW(Serial::from(0, k_ones), Error);
  EXPECT_THROW(Serial::from((std::int64_t{1} << 40) - 1, k_ones), Error);
  EXPECT_THROW(Serial::from(std::int64_t{1} << 47, k_ones), Error);
  EXPECT_EQ(Serial::from((std::int64_t{1} << 47) - 1, k_ones).content()[0], 0x7f);
}

TEST(Serial, ReadsWhatPeopleWrite) {
  EXPECT_EQ(Serial::parse("0A1b")->hex(), "0a1b");
  EXPECT_EQ(Serial::parse("A1b")->hex(), "0a1b");
  EXPECT_EQ(Serial::parse("000a1b")->hex(), "0a1b");
  EXPECT_EQ(Serial::parse("00ff")->hex(), "00ff");
  for (const char* bad : {"", "0", "00", "ff", "x", "-1", "0x1b", "ff00000000000000000000000000000000000000"})
    EXPECT_FALSE(Serial::parse(bad)) << bad;
}

TEST(Serial, TakesOnlyMinimalPositiveContent) {
  EXPECT_TRUE(Serial::from_content(Bytes{1}));
  EXPECT_TRUE(Serial::from_content(Bytes(20, 0x7f)));
  EXPECT_FALSE(Serial::from_content(Bytes(21, 0x7f)));
  EXPECT_FALSE(Serial::from_content(Bytes{}));
  EXPECT_FALSE(Serial::from_content(Bytes{0}));
  EXPECT_FALSE(Serial::from_content(Bytes{0x80}));
  EXPECT_FALSE(Serial::from_content(Bytes{0, 1}));
  EXPECT_TRUE(Serial::from_content(Bytes{0, 0x80}));
}

}  // namespace
}  // namespace inkan::policy
