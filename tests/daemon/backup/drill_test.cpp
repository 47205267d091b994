// A backup of a small authority: what is in it, what a drill finds in one that was spoiled, and what a start
// makes of one that was restored. What the programs do with it while clients call is tests/e2e/backup's
// matter.
#include "daemon/backup/drill.h"

#include <gmock/gmock.h>

#include "daemon/atomic_file.h"
#include "daemon/backup/backup_folder.h"
#include "daemon/backup/backup_making.h"
#include "daemon/backup/restoring.h"
#include "daemon/backup/stored_log.h"
#include "daemon/ledger/reconcile.h"
#include "policy/log/event_type.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/faulty_disk.h"

namespace inkan::daemon {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::FaultyDisk;

const auto k_silent = [](const std::string&) {};

class DrillTest : public testing::Test {
 protected:
  void SetUp() override {
    fixture_.set_up();
    open();
    issue("alice01", true);
    issue("bob0001", false);
    core_->crls.publish(core_->authorities.issuing());
    core_->checkpoints.publish();
  }
  void TearDown() override {
    FaultyDisk::disarm();
    close();
  }
  void open() {
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
  }
  // One process is one application to a token: the drill's logins would end the daemon's.
  void close() {
    service_.reset();
    if (core_) core_->tokens.close();
    core_.reset();
  }
  void issue(const std::string& name, bool revoke) {
    const auto made = service_->issue(tests::call_by(tests::web_tier()), tests::ask_for(name), std::nullopt);
    if (!revoke) return;
    const auto serial = std::get<api::IssuedCertificate>(made).record.serial;
    service_->revoke(tests::call_by(tests::bank_staff()),
                     {serial, policy::RevocationReason::superseded, std::nullopt}, std::nullopt);
  }

  fs::path at(const std::string& name) const { return fixture_.folder() / name; }
  BackupMade back_up(const std::string& name) {
    const auto made = make_backup(fixture_.config(), at(name), k_silent, 0);
    write_file_durably(at(name + ".checkpoint"), made.checkpoint);
    return made;
  }
  void sql(const std::string& backup, const std::string& statements) {
    Database(at(backup) / k_backup_database, Database::Mode::existing).execute(statements.c_str());
    relist(backup);
  }
  // As whoever can write to a backup can.
  void relist(const std::string& backup) {
    BackupMembers members;
    for (const auto& name : files_below(at(backup)))
      if (name != k_backup_list) members.emplace(name, hash_file(at(backup) / name));
    write_file_durably(at(backup) / k_backup_list, to_list(members));
  }
  DrillReport judge(const std::string& backup, const std::string& kept,
                    policy::InstantMicros at_time = now_micros(), std::uint64_t accepted = 0) {
    const ThrowAwayFolder work(fixture_.folder());
    const auto config = fixture_.config();
    return drill({at(backup), config, {at(kept + ".checkpoint")}, accepted, at_time}, work.path());
  }
  static std::set<std::string> faults(const DrillReport& report) {
    std::set<std::string> what;
    for (const auto& each : report.judgements.all())
      if (each.verdict == Judgement::Verdict::fail) what.insert(each.what);
    EXPECT_EQ(report.judgements.good(), what.empty());
    return what;
  }
  static std::string found(const DrillReport& report, const std::string& what) {
    for (const auto& each : report.judgements.all())
      if (each.what == what) return each.found;
    return "no line " + what;
  }
  std::string kept_line(const std::string& name) const {
    return "kept checkpoint " + at(name + ".checkpoint").string();
  }

  FaultyDisk disk_;  // before the store that is opened on it
  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<Service> service_;
};

TEST_F(DrillTest, OfAGoodBackupFindsNothingAndChangesNothing) {
  const auto made = back_up("good");
  EXPECT_EQ(made.head.size, core_->checkpoints.covered());
  EXPECT_FALSE(made.config_changed);
  const auto leaves = core_->store.size();
  close();
  const auto list = read_file(at("good") / k_backup_list);
  const auto signatures = shim_.calls("C_Sign");
  EXPECT_GT(signatures, 0);
  const auto report = judge("good", "good");
  for (const auto& each : report.judgements.all())
    EXPECT_EQ(each.verdict, Judgement::Verdict::ok) << each.what << ": " << each.found;
  const auto& all = report.judgements.all();
  EXPECT_EQ(
      std::count_if(all.begin(), all.end(), [](const auto& each) { return each.what.starts_with("key "); }),
      6)
      << "root, issuing, tls, evidence, probe, ledger";
  EXPECT_EQ(shim_.calls("C_Sign"), signatures) << "the one rule: none without an intent in the CA's own log";
  EXPECT_EQ(Store(fixture_.config().database()).size(), leaves);
  relist("good");
  EXPECT_EQ(read_file(at("good") / k_backup_list), list) << "the backup was changed";
  EXPECT_EQ(fs::status(at("good")).permissions(), fs::perms::owner_all);
}

TEST_F(DrillTest, NamesWhatIsWrongWithASpoiledBackup) {
  back_up("good");
  close();
  struct Case {
    std::string name, sql, what, says;
    std::set<std::string> follows;
  };
  const std::string kept = kept_line("good");
  for (const Case& each : std::initializer_list<Case>{
           {"newer", "PRAGMA user_version = 99", "schema", "run the newer program", {}},
           {"empty", "PRAGMA user_version = 0", "schema", "holds no store", {}},
           {"trigger",
            "CREATE TRIGGER t AFTER INSERT ON leaves BEGIN SELECT 1; END",
            "schema",
            "trigger t is not as this program makes it",
            {}},
           {"index", "DROP INDEX certificates_listed", "schema", "index certificates_listed is missing", {}},
           {"officer",
            "INSERT INTO identities(id, role, spki_sha256, created_at) VALUES('mallory', 'security-officer', "
            "x'00', 0); INSERT INTO identity_keys(spki_sha256, identity, position, granted_at, granted_by) "
            "VALUES(zeroblob(32), 'mallory', 0, 0, '')",
            "accounts",
            "no leaf grants identity mallory",
            {}},
           {"role",
            "UPDATE identities SET role = 'security-officer' WHERE id = 'web-1'",
            "accounts",
            "the role security-officer",
            {}},
           {"ended",
            "UPDATE identities SET ended_at = 1 WHERE id = 'web-1'",
            "accounts",
            "no leaf tells of it",
            {}},
           {"gap", "DELETE FROM leaves WHERE idx = 3", "log", "leaf 3: it is missing", {"rows", kept}},
           {"tile", "INSERT INTO tiles VALUES(0, 7, x'00')", "log", "tiles: the store has 1 full ones", {}},
           {"row",
            "UPDATE certificates SET der = x'00' WHERE id = (SELECT max(id) FROM certificates)",
            "rows",
            "is not made of the same octets",
            {}},
           {"reason",
            "UPDATE certificates SET reason = 1 WHERE revoked_at IS NOT NULL",
            "rows",
            "revoked for another reason",
            {}},
           {"crl", "DELETE FROM crls WHERE number = 1", "rows", "CRL 1 of", {}},
           {"number", "UPDATE authorities SET crl_number = 0", "CRL numbers", "the log has spent", {}},
           {"key",
            "UPDATE keys SET token = 'elsewhere' WHERE purpose = 'probe'",
            "config",
            "lives on token \"elsewhere\"",
            {}},
           {"config",
            "UPDATE meta SET value = 'ab' WHERE key = 'config_sha256'",
            "config",
            "belongs to another store",
            {}},
           {"newer-note",
            "INSERT INTO checkpoints SELECT size + 5, root, note FROM checkpoints ORDER BY size DESC LIMIT 1",
            "checkpoint",
            "the store holds one of",
            {"rows"}}}) {
    SCOPED_TRACE(each.name);
    fs::copy(at("good"), at(each.name), fs::copy_options::recursive);
    sql(each.name, each.sql);
    const auto report = judge(each.name, "good");
    auto wrong = faults(report);
    EXPECT_THAT(wrong, Contains(each.what));
    EXPECT_THAT(found(report, each.what), HasSubstr(each.says));
    wrong.erase(each.what);
    for (const auto& what : wrong)
      EXPECT_TRUE(each.follows.contains(what)) << what << ": " << found(report, what);
  }
}

TEST_F(DrillTest, HoldsTheListAgainstTheFiles) {
  back_up("good");
  close();
  const auto spoil = [&](const std::string& name, auto&& work) {
    fs::copy(at("good"), at(name), fs::copy_options::recursive);
    work(at(name));
    return judge(name, "good");
  };
  const auto changed =
      spoil("changed", [](const fs::path& copy) { tests::write_text(copy / k_backup_about, "{}"); });
  EXPECT_THAT(found(changed, "files"), HasSubstr("about.json: it was changed"));
  const auto stray = spoil("stray", [](const fs::path& copy) { tests::write_text(copy / "stray", "x"); });
  EXPECT_THAT(found(stray, "files"), HasSubstr("stray: it is not in the list"));
  const auto gone = spoil("gone", [](const fs::path& copy) { fs::remove(copy / k_backup_database); });
  EXPECT_THAT(found(gone, "files"), HasSubstr("inkan.db: "));
  const auto link = spoil("link", [](const fs::path& copy) {
    fs::remove(copy / k_backup_about);
    fs::create_symlink("/etc/hostname", copy / k_backup_about);
  });
  EXPECT_THAT(found(link, "files"), HasSubstr("no plain file"));
  const auto later = spoil("later", [&](const fs::path& copy) {
    tests::write_text(copy / k_backup_about, "{\"v\": 2}");
    relist("later");
  });
  EXPECT_THAT(found(later, "files"), HasSubstr("not of a version"));
  const auto none = spoil("none", [](const fs::path& copy) { fs::remove(copy / k_backup_list); });
  EXPECT_THAT(found(none, "files"), HasSubstr("is no backup"));
  EXPECT_THAT(faults(none), ElementsAre("files")) << "and nothing more was looked at";
}

TEST_F(DrillTest, HoldsTheBackupAgainstWhatWasKept) {
  back_up("early");
  issue("carol01", false);
  core_->checkpoints.publish();
  const auto late = back_up("late");
  close();
  EXPECT_THAT(faults(judge("late", "early")), IsEmpty());
  const auto older = judge("early", "late");
  EXPECT_THAT(faults(older), ElementsAre(kept_line("late")));
  EXPECT_THAT(found(older, kept_line("late")), HasSubstr("an older store"));
  EXPECT_GT(older.lost(), 0U);
  EXPECT_THAT(faults(judge("early", "late", now_micros(), older.lost() + 1)), ElementsAre(kept_line("late")));
  EXPECT_THAT(faults(judge("early", "late", now_micros(), older.lost())), IsEmpty());
  auto forged = late.checkpoint;
  forged[forged.find('\n') + 1] = '9';
  write_file_durably(at("forged.checkpoint"), forged);
  EXPECT_THAT(faults(judge("late", "forged")), ElementsAre(kept_line("forged")));
  EXPECT_THAT(faults(judge("late", "nowhere")), ElementsAre(kept_line("nowhere")));
}

TEST_F(DrillTest, KnowsAClockThatIsBehindTheLeaves) {
  back_up("good");
  close();
  const auto report = judge("good", "good", now_micros() - std::chrono::hours(1));
  EXPECT_THAT(faults(report), ElementsAre("clock"));
  EXPECT_THAT(faults(judge("good", "good", now_micros() - std::chrono::minutes(1))), IsEmpty());
}

TEST_F(DrillTest, FindsAnotherKeyUnderTheSameId) {
  back_up("good");
  const auto keys = core_->keys;
  const auto issuing = *std::find_if(keys.begin(), keys.end(),
                                     [](const auto& key) { return key.label == "inkan/ca/issuing"; });
  const auto token = core_->tokens.find("ca");
  pkcs11::erase_key(*token, issuing.id);
  pkcs11::generate_key(*token, issuing.purpose, issuing.algorithm, 0, issuing.label, issuing.id);
  close();
  const auto report = judge("good", "good");
  EXPECT_THAT(faults(report), ElementsAre("key inkan/ca/issuing on ca"));
}

TEST_F(DrillTest, FindsATokenThatIsOutAndOneThatFindsNoKey) {
  back_up("good");
  close();
  shim_.rules("fail C_FindObjectsInit 1 0x6 0");
  EXPECT_THAT(faults(judge("good", "good")), Contains("key inkan/ca/root on ca"));
  shim_.rules("");
  auto text = fixture_.config_text();
  text.replace(text.find("inkan-ledger"), 12, "inkan-absent");
  tests::write_text(at("inkand.toml"), text);
  EXPECT_THAT(faults(judge("good", "good")), ElementsAre("token ledger"));
}

TEST_F(DrillTest, FindsSerialNumbersAndCrlNumbersThatWereGivenOutTwice) {
  close();
  Database database(fixture_.config().database(), Database::Mode::existing);
  const auto repeat = [&](const char* purpose) {
    database
        .prepare(
            "INSERT INTO leaves SELECT (SELECT max(idx) + 1 FROM leaves), leaf FROM leaves WHERE "
            "json_extract(leaf, '$.type') = 'sign.intent' AND json_extract(leaf, '$.detail.purpose') = ? "
            "LIMIT 1")
        .bind(purpose)
        .run();
  };
  const auto before = read_stored_log(database, {});
  EXPECT_EQ(before.faults.count() + before.serials.count() + before.crl_numbers.count(), 0U);
  EXPECT_GT(before.certificates, 2U);
  repeat("certificate");
  repeat("crl");
  const auto after = read_stored_log(database, {});
  EXPECT_EQ(after.serials.count(), 1U);
  EXPECT_THAT(after.serials.kept().front().what, HasSubstr("was given out before"));
  EXPECT_EQ(after.crl_numbers.count(), 1U);
  EXPECT_THAT(after.crl_numbers.kept().front().what, HasSubstr("does not follow"));
  EXPECT_EQ(after.faults.count(), 0U);
}

// What the configuration names comes along, from wherever it is; PINs and passwords do not.
TEST_F(DrillTest, HasTheFilesThatTheConfigurationNames) {
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

TEST_F(DrillTest, LeavesNoBackupWhereOneCouldNotBeMade) {
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

TEST_F(DrillTest, RestoresWhatWasJudgedIntoAnEmptyPlaceOnly) {
  back_up("good");
  close();
  const auto judged = judge("good", "good");
  ASSERT_TRUE(judged.judgements.good());
  EXPECT_THROW(restore(at("good"), judged, fixture_.config().state_dir), policy::Error);
  fs::copy(at("good"), at("swapped"), fs::copy_options::recursive);
  tests::write_text(at("swapped") / "ledger/checkpoint", "another");
  EXPECT_THROW(restore(at("swapped"), judged, at("swapped-state")), policy::Error);
  EXPECT_FALSE(fs::exists(at("swapped-state/inkan.db")));
}

TEST_F(DrillTest, ARestoredStoreGoesOnBehindWhatMayHaveBeenPublished) {
  core_->writer->write([](Writing& w) {
    w.database().execute(
        "INSERT INTO organisations VALUES('o', 'O', 0); INSERT INTO users(id, user_id, organisation, kind, "
        "name, mail, password, own_password, created_at) VALUES('u', 'u', 'o', 'general', 'U', "
        "'u@u.example', '', 0, 0); INSERT INTO sessions VALUES(x'00', 'u', NULL, 9999999999)");
  });
  core_->checkpoints.publish();
  const auto made = back_up("good");
  const auto number = core_->store.crl_number("issuing");
  close();
  fs::remove_all(fixture_.config().state_dir);
  const auto judged = judge("good", "good");
  ASSERT_TRUE(judged.judgements.good());
  restore(at("good"), judged, fixture_.config().state_dir);
  open();
  EXPECT_GE(core_->store.crl_number("issuing"), number + 1000);
  core_->crls.publish_due();
  EXPECT_GT(core_->crls.newest("issuing")->number, number + 1000) << "the old one is published no more";
  nlohmann::json told;
  int times = 0;
  for (policy::LeafIndex i = 0; i < core_->store.size(); ++i) {
    const auto leaf = nlohmann::json::parse(*core_->store.leaf(i));
    if (leaf.at("type") != policy::name(policy::EventType::store_restore)) continue;
    told = leaf.at("detail");
    ++times;
  }
  EXPECT_EQ(times, 1);
  EXPECT_EQ(told.at("leaves"), judged.leaves);
  EXPECT_EQ(told.at("covered"), made.head.size);
  EXPECT_EQ(told.at("kept_root"), made.head.root.hex());
  EXPECT_EQ(told.at("lost"), 0);
  EXPECT_GE(told.at("crl_numbers").at("issuing"), number + 1000);
  core_->store.read([&](Database& database) {
    auto sessions = database.prepare("SELECT count(*) FROM sessions");
    EXPECT_TRUE(sessions.step() && sessions.integer(0) == 0);
    EXPECT_THAT(reconcile(database, "", core_->checkpoints_before(), [] { return true; }).books.differences(),
                IsEmpty());
  });
  // The next start has nothing to tell any more.
  const auto after = core_->store.crl_number("issuing");
  close();
  open();
  EXPECT_LT(core_->store.crl_number("issuing"), after + 1000);
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
