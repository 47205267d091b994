#include "policy/x509/character_string.h"

#include <gtest/gtest.h>

namespace inkan::policy {
namespace {

TEST(CharacterString, NamesTheFirstLineThatIsNotUtf8) {
  for (const std::string good : {"", "\n", "a\n太郎\r\n\n", "太郎"})
    EXPECT_EQ(line_not_utf8(good), std::nullopt);
  EXPECT_EQ(line_not_utf8("\x83\x8d"), 1u);                // ロ in Shift_JIS
  EXPECT_EQ(line_not_utf8("太郎\n\nx\xe5\nx\x80\n"), 3u);  // broken off by the line's end
  EXPECT_EQ(line_not_utf8("a\nb\n\xed\xa0\x80"), 3u);      // a surrogate
  EXPECT_EQ(line_not_utf8("a\n\xc0\xaf\n"), 2u);           // overlong
  EXPECT_EQ(line_not_utf8("\xff\xfe"
                          "a\0\n"),
            1u);  // UTF-16, as Windows' editors begin it
}

}  // namespace
}  // namespace inkan::policy
