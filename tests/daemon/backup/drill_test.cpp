// What a drill finds in a backup, and in one that was spoiled.
#include "daemon/backup/drill.h"

#include <gmock/gmock.h>

#include "daemon/backup/stored_log.h"
#include "tests/support/backup_test.h"

namespace inkan::daemon {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DrillTest : public BackupTest {};

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

}  // namespace
}  // namespace inkan::daemon
