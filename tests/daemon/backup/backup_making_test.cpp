// What is in a backup, and that there is none where one could not be made.
#include "daemon/backup/backup_making.h"

#include <gmock/gmock.h>

#include "daemon/backup/members.h"
#include "tests/support/backup_test.h"

namespace inkan::daemon {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using tests::FaultyDisk;

class BackupMakingTest : public BackupTest {};

// What the configuration names comes along, from wherever it is; PINs and passwords do not.
TEST_F(BackupMakingTest, HasTheFilesThatTheConfigurationNames) {
  close();
  fs::create_directories(at("packs/mails"));
  const auto outside = fs::path(fixture_.folder().string() + "-outside");
  fs::create_directories(outside);
  tests::write_text(outside / "keys", "");
  tests::write_text(at("packs/bank.toml"), policy::Pack::built_in().front().document);
  tests::write_text(at("packs/mails/code.txt"), "");
  tests::write_text(at("mail-password"), "not-to-be-seen");
  tests::write_text(at("inkand.toml"),
                    "blocked_keys = [\"" + (outside / "keys").string() + "\"]\n" + fixture_.config_text() +
                        "[subscribers]\npack = \"packs/bank.toml\"\n[mail]\nserver = \"localhost:25\"\nuser "
                        "= \"inkan\"\npassword_file = "
                        "\"mail-password\"\nfrom = \"a@b.example\"\ntemplates = \"packs/mails\"\n");
  const auto made = back_up("good");
  fs::remove_all(outside);
  EXPECT_TRUE(made.config_changed) << "it was started with another";
  EXPECT_THAT(files_below(at("good")),
              testing::IsSupersetOf({"config/inkand.toml", "config/packs/bank.toml",
                                     "config/packs/mails/code.txt", "config/outside/1-keys"}));
  for (const auto& name : files_below(at("good"))) {
    EXPECT_THAT(name, Not(HasSubstr("password")));
    EXPECT_THAT(*read_file(at("good") / name), Not(HasSubstr("not-to-be-seen")));
    EXPECT_NE(fs::path(name).filename(), "pin");
  }
}

TEST_F(BackupMakingTest, LeavesNoBackupWhereOneCouldNotBeMade) {
  const auto refused = [&](const std::string& name, std::uint64_t reserve) -> std::string {
    try {
      make_backup(fixture_.config(), at(name), k_silent, reserve);
      return "";
    } catch (const policy::Error& error) {
      EXPECT_FALSE(fs::exists(at(name))) << name;
      EXPECT_FALSE(fs::exists(at(name + ".new"))) << name;
      return error.what();
    }
  };
  for (long n : {1L, 2L, 20L}) {
    FaultyDisk::arm(FaultyDisk::Call::write, n, FaultyDisk::Fault::full);
    EXPECT_THAT(refused("full", 0), HasSubstr("full")) << n;
    EXPECT_TRUE(FaultyDisk::disarm()) << n;
  }
  EXPECT_THAT(refused("reserve", std::uint64_t{1} << 60), HasSubstr("write it to another disk"));
  {
    const FolderInMaking other(at("busy"));
    EXPECT_THROW(make_backup(fixture_.config(), at("busy"), k_silent, 0), policy::Error);
    EXPECT_TRUE(fs::exists(at("busy.new"))) << "the other's work was taken from it";
  }
  back_up("busy");
  EXPECT_THROW(back_up("busy"), policy::Error) << "a backup replaced another";
}

TEST(BackupMembers, AreAListThatNamesNothingOutsideItsFolder) {
  const std::string hash(64, 'a');
  EXPECT_EQ(to_list(parse_list(hash + "  config/a b.toml\n")), hash + "  config/a b.toml\n");
  for (const std::string& line :
       {hash + "  ../a", hash + "  /etc/passwd", hash + "  a/../../b", hash + "  ", hash + " *a", hash,
        std::string("x"), hash + "  a//b", hash + "  a\n" + hash + "  a", hash + "  a/", hash + "  ./a"})
    EXPECT_THROW(parse_list(line + "\n"), policy::Error) << line;
}

}  // namespace
}  // namespace inkan::daemon
