#include "policy/types/serial_list.h"

#include <gtest/gtest.h>

namespace inkan::policy {
namespace {

SerialList list(const std::vector<std::string>& hex) {
  std::vector<Serial> serials;
  for (const auto& each : hex) serials.push_back(*Serial::parse(each));
  return SerialList(std::move(serials));
}

// `printf '0A\n01b2\n01\n01b2\n7f\n'`, in lower case and with whole octets, through LC_ALL=C sort -u |
// sha256sum.
TEST(SerialList, IsWhatSortAndSha256sumMakeOfIt) {
  const auto serials = list({"0A", "01b2", "1", "01B2", "7f"});
  EXPECT_EQ(serials.text(), "01\n01b2\n0a\n7f\n");
  EXPECT_EQ(serials.size(), 4u);
  EXPECT_EQ(serials.sha256().hex(), "85cb1ef11620e9931442574bb39dc845aaa2835966444483ee7e195a0ea2156a");
}

TEST(SerialList, IsReadBackAsItWasWritten) {
  const auto serials = list({"02", "01"});
  const auto read = SerialList::parse(serials.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->all(), serials.all());
  for (const char* const other :
       {"01", "02\n01\n", "01\n01\n", "1\n", "0A\n", "x\n", "01\n\n", "01\r\n", " 01\n"})
    EXPECT_FALSE(SerialList::parse(other)) << other;
  EXPECT_EQ(SerialList::parse("")->size(), 0u);
}

TEST(SerialList, HasRoomForTheMost) {
  const std::string longest = "7f" + std::string(38, 'f');
  EXPECT_EQ(list({longest}).text().size() * SerialList::k_most, SerialList::k_most_text);
}

}  // namespace
}  // namespace inkan::policy
