#include "pkcs11/pin.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "policy/types/error.h"
#include "tests/support/outside.h"

namespace inkan::pkcs11 {
namespace {

namespace fs = std::filesystem;

class PinFile : public testing::Test {
 protected:
  fs::path write(const std::string& content, fs::perms mode = fs::perms::owner_read) {
    const fs::path path = folder_.path() / "pin";
    std::ofstream(path, std::ios::binary) << content;
    fs::permissions(path, mode);
    return path;
  }
  static std::string text(const Pin& pin) { return {pin.bytes().begin(), pin.bytes().end()}; }
  static std::string refusal(const fs::path& path) {
    try {
      Pin::from_file(path);
    } catch (const policy::Error& error) {
      EXPECT_EQ(error.code(), policy::ErrorCode::pin);
      return error.what();
    }
    return "accepted";
  }

  test::TemporaryFolder folder_;
};

TEST_F(PinFile, LosesOneLineEndOnly) {
  EXPECT_EQ(text(Pin::from_file(write("1234\n"))), "1234");
  EXPECT_EQ(text(Pin::from_file(write("1234\r\n"))), "1234");
  EXPECT_EQ(text(Pin::from_file(write("1234"))), "1234");
  EXPECT_EQ(text(Pin::from_file(write(" 12 34 "))), " 12 34 ");
}

TEST_F(PinFile, RefusedWhenOthersMayReadIt) {
  const auto path = write("1234\n", fs::perms::owner_read | fs::perms::others_read);
  EXPECT_NE(refusal(path).find("chmod 0600 " + path.string()), std::string::npos);
}

TEST_F(PinFile, RefusedWhenMissingEmptyLongOrOfTwoLines) {
  EXPECT_NE(refusal(folder_.path() / "none").find("cannot be opened"), std::string::npos);
  EXPECT_NE(refusal(folder_.path()).find("not a regular file"), std::string::npos);
  EXPECT_NE(refusal(write("\n")).find("is empty"), std::string::npos);
  EXPECT_NE(refusal(write(std::string(256, '1'))).find("more than 255 octets"), std::string::npos);
  EXPECT_NE(refusal(write(std::string(9000, '1'))).find("more than 255 octets"), std::string::npos);
  EXPECT_NE(refusal(write("1234\n5678\n")).find("more than one line"), std::string::npos);
}

TEST_F(PinFile, NeverStandsInTheRefusal) {
  EXPECT_EQ(refusal(write("sesame\nopen\n")).find("sesame"), std::string::npos);
}

TEST(Pin, MovesAndLeavesNothingBehind) {
  Pin first = Pin::from_text("1234");
  Pin second = std::move(first);
  EXPECT_EQ(second.bytes().size(), 4U);
  EXPECT_TRUE(first.bytes().empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_THROW(Pin::from_text(""), policy::Error);
}

// Reads what was piped, one line, and nothing of the next.
TEST(PinLine, IsReadToItsEndAndNoFurther) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string piped =
      "first\nsecond\r\n\n" + std::string(255, 'x') + "\n" + std::string(256, 'y') + "\n";
  ASSERT_EQ(::write(ends[1], piped.data(), piped.size()), static_cast<ssize_t>(piped.size()));
  ::close(ends[1]);
  const auto next = [&] {
    const Pin pin = Pin::from_line(ends[0]);
    return std::string(pin.bytes().begin(), pin.bytes().end());
  };
  EXPECT_EQ(next(), "first");
  EXPECT_EQ(next(), "second");
  EXPECT_THROW(next(), policy::Error) << "empty";
  EXPECT_EQ(next(), std::string(255, 'x'));
  EXPECT_THROW(next(), policy::Error) << "too long";
  ::close(ends[0]);
}

}  // namespace
}  // namespace inkan::pkcs11
