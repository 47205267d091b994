#include "policy/evidence/tar.h"

#include <gtest/gtest.h>

#include "policy/types/error.h"
#include "tests/support/outside.h"

namespace inkan::policy {
namespace {

const Instant k_time{std::chrono::seconds(1'796'050'800)};

std::string archive_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string archive;
  for (const auto& [name, content] : members) {
    const TarMember member{name, content.size(), k_time};
    archive += member.header() + content + std::string(member.padding(), '\0');
  }
  return archive + std::string(k_tar_end, '\0');
}

TEST(Tar, IsReadByOtherPrograms) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("a.tar", archive_of({{"evidence.json", "{}\n"},
                                                      {"certificates/01ab.der", std::string(1000, 'x')},
                                                      {"empty", ""},
                                                      {"block", std::string(512, 'y')}}));
  const auto listed = test::run({"tar", "--utc", "-tvf", file});
  EXPECT_EQ(listed.status, 0) << listed.output;
  EXPECT_EQ(listed.output,
            "-rw-r--r-- root/root         3 2026-11-30 15:00 evidence.json\n"
            "-rw-r--r-- root/root      1000 2026-11-30 15:00 certificates/01ab.der\n"
            "-rw-r--r-- root/root         0 2026-11-30 15:00 empty\n"
            "-rw-r--r-- root/root       512 2026-11-30 15:00 block\n");
  const auto python = test::run({"python3", "-c",
                                 "import sys, tarfile\n"
                                 "for m in (t := tarfile.open(sys.argv[1], errorlevel=2)):\n"
                                 "    print(m.name, m.isfile(), len(t.extractfile(m).read()))",
                                 file});
  EXPECT_EQ(python.output,
            "evidence.json True 3\ncertificates/01ab.der True 1000\nempty True 0\nblock True 512\n");
}

TEST(Tar, HeadersOfOtherProgramsAreRefused) {
  const test::TemporaryFolder folder;
  folder.write("a", "content");
  const auto archive = folder.path() / "other.tar";
  ASSERT_EQ(test::run({"tar", "--format=ustar", "-C", folder.path(), "-cf", archive, "a"}).status, 0);
  std::ifstream in(archive, std::ios::binary);
  Bytes header(TarMember::k_header);
  in.read(reinterpret_cast<char*>(header.data()), TarMember::k_header);
  EXPECT_FALSE(TarMember::parse(header)) << "its owner and mode are the file's";
}

TEST(Tar, HeaderIsReadBackAndNoOtherOctetsAre) {
  const TarMember member{"crls/issuing-12.crl", 70'000, k_time};
  auto header = to_bytes(as_bytes(member.header()));
  const auto read = TarMember::parse(header);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, member.name);
  EXPECT_EQ(read->size, member.size);
  EXPECT_EQ(read->time, member.time);
  for (std::size_t i = 0; i < header.size(); ++i)
    for (const int change : {0x01, 0x20, 0x80}) {
      auto changed = header;
      changed[i] = static_cast<std::uint8_t>(changed[i] ^ change);
      EXPECT_FALSE(TarMember::parse(changed)) << i;
    }
}

TEST(Tar, NamesThatLeaveTheFolderAreRefused) {
  for (const std::string name : {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a b", "a\\b",
                                 "a\nb", "\xe3\x81\x82"}) {
    EXPECT_THROW((TarMember{name, 0, k_time}.header()), Error) << name;
  }
  EXPECT_THROW((TarMember{std::string(100, 'a'), 0, k_time}.header()), Error);
  EXPECT_NO_THROW((TarMember{std::string(99, 'a'), 0, k_time}.header()));
  EXPECT_THROW((TarMember{"a", TarMember::k_most + 1, k_time}.header()), Error);
}

}  // namespace
}  // namespace inkan::policy
