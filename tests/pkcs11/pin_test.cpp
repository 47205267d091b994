#include "pkcs11/pin.h"

#include <gtest/gtest.h>

#include <fstream>

#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

namespace fs = std::filesystem;

class PinFile : public testing::Test {
 protected:
  PinFile() {
    std::string pattern = (fs::temp_directory_path() / "inkan-pin-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~PinFile() override { fs::remove_all(folder_); }

  fs::path write(const std::string& content, fs::perms mode = fs::perms::owner_read) {
    const fs::path path = folder_ / "pin";
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

  fs::path folder_;
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
  EXPECT_NE(refusal(folder_ / "none").find("cannot be opened"), std::string::npos);
  EXPECT_NE(refusal(folder_).find("not a regular file"), std::string::npos);
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

}  // namespace
}  // namespace inkan::pkcs11
