#include "policy/dual_control/line_diff.h"

#include <gtest/gtest.h>

namespace inkan::policy {
namespace {

TEST(LineDiff, ShowsWhatDiffersAndTwoLinesAround) {
  EXPECT_EQ(line_diff("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nD\ne\nf\n"),
            "  \xe2\x8b\xae\n  b\n  c\n- d\n+ D\n  e\n  f\n");
  EXPECT_EQ(line_diff("a\n", "a\nb\n"), "  a\n+ b\n");
  EXPECT_EQ(line_diff("a\nb\n", "b\n"), "- a\n  b\n");
  EXPECT_EQ(line_diff("", "a"), "+ a\n");
  EXPECT_EQ(line_diff("a\n1\n2\n3\n4\n5\nz", "A\n1\n2\n3\n4\n5\nZ"),
            "- a\n+ A\n  1\n  2\n  \xe2\x8b\xae\n  4\n  5\n- z\n+ Z\n");
}

TEST(LineDiff, ShowsBothWholeWhereTheyAreTooLong) {
  std::string before, after;
  for (int i = 0; i < 1001; ++i) before += "a\n", after += "b\n";
  std::string expected;
  for (const char* line : {"- a\n", "+ b\n"})
    for (int i = 0; i < 1001; ++i) expected += line;
  EXPECT_EQ(line_diff(before, after), expected);
}

TEST(LineDiff, IsEmptyWhereNothingDiffers) {
  EXPECT_EQ(line_diff("a\nb", "a\nb\n"), "");
  EXPECT_EQ(line_diff("", ""), "");
}

}  // namespace
}  // namespace inkan::policy
