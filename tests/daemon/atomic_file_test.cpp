#include "daemon/atomic_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/outside.h"

namespace inkan::daemon {
namespace {

// Its folder is synced too, and a bare name names none: `inkan ca csr outer --out outer.csr` failed.
TEST(AtomicFile, WritesABareNameIntoTheCurrentFolder) {
  const test::TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  EXPECT_NO_THROW(write_file_durably("bare", "octets"));
  std::filesystem::current_path(before);
  EXPECT_EQ(read_file(folder.path() / "bare"), "octets");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace inkan::daemon
