#include "daemon/ledger/reconcile.h"

#include <gmock/gmock.h>

#include "tests/support/authority_fixture.h"

namespace inkan::daemon {
namespace {

using testing::Contains;
using testing::HasSubstr;

// A store with one of everything: certificates issued, revoked, failed, possibly signed and late, CRLs,
// checkpoints.
class ReconcileTest : public tests::AuthorityTest {
 protected:
  void SetUp() override {
    AuthorityTest::SetUp();
    for (const char* name : {"alice01", "bob0001"}) issue(name);
    revoke(issue("carol01"));
    shim_.rules("fail C_Sign 1 0x20");  // CKR_DATA_INVALID: certainly not signed
    EXPECT_THROW(issue("dave001"), policy::Error);
    shim_.rules("hang C_Sign 1");
    EXPECT_THROW(issue("erin001", std::chrono::milliseconds(300)), policy::Error);
    shim_.rules("");
    for (int i = 0; i < 200 && core_->unfinished.size() == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    core_->unfinished.settle();
    for (const auto& authority : core_->authorities.all()) core_->crls.publish(*authority);
    core_->checkpoints.publish();
  }

  std::string issue(const std::string& name, std::chrono::milliseconds time = std::chrono::seconds(20)) {
    auto outcome =
        service_->issue(tests::call_by(tests::web_tier(), time), tests::ask_for(name), std::nullopt);
    return std::get<api::IssuedCertificate>(outcome).record.serial.hex();
  }
  void revoke(const std::string& serial) {
    const api::RevokeRequest request{*policy::Serial::parse(serial), policy::RevocationReason::superseded,
                                     std::nullopt};
    ASSERT_TRUE(std::holds_alternative<api::CertificateRecord>(
        service_->revoke(tests::call_by(tests::bank_staff()), request, std::nullopt)));
  }
  static std::string common_name(const std::string& name) { return "subject = 'CN=" + name + "'"; }

  // What is found in a copy of the store, changed by `sql`.
  Reconciled look(const std::string& sql) {
    const auto copy = fixture_.folder() / "copy.db";
    std::filesystem::remove(copy);
    Database(core_->store.file(), Database::Mode::read_only)
        .execute(("VACUUM INTO '" + copy.string() + "'").c_str());
    Database database(copy, Database::Mode::existing);
    database.execute(sql.c_str());
    return reconcile(database, core_->writer->origin().boot_id, core_->checkpoints_before(),
                     [] { return true; });
  }
};

TEST_F(ReconcileTest, AgreesWithItselfAndCountsEverything) {
  const auto books = service_->reconcile();
  EXPECT_THAT(books.differences, testing::IsEmpty());
  const auto issuing = std::find_if(books.keys.begin(), books.keys.end(),
                                    [](const auto& key) { return key.label == "inkan/ca/issuing"; });
  ASSERT_NE(issuing, books.keys.end());
  // Set-up issued the TLS server's and an operator's.
  EXPECT_EQ(issuing->certificates, 5u);
  EXPECT_EQ(issuing->failed, 1u);
  EXPECT_EQ(issuing->possible, 1u);
  EXPECT_EQ(issuing->late, 1u);
  EXPECT_EQ(issuing->open, 0u);
  EXPECT_EQ(issuing->crls, 2u);
  EXPECT_EQ(issuing->canaries, 2u);
  EXPECT_EQ(issuing->intents, 11u);
  // In this run: three certificates, the late one, a CRL, a canary; and the one that failed was allowed too.
  EXPECT_EQ(issuing->signatures, 6u);
  EXPECT_EQ(issuing->allowed, 7u);
  EXPECT_EQ(books.apart.size(), 2u);
  for (const auto* kept : {&books.certificates, &books.revocations, &books.crls, &books.checkpoints}) {
    EXPECT_EQ(kept->store, kept->leaves);
    EXPECT_GT(kept->store, 0u);
  }
}

TEST_F(ReconcileTest, SaysThatAnIntentIsOpenWhileItsSignatureIsOnItsWay) {
  shim_.rules("hang C_Sign 1");
  std::thread caller([&] { issue("frank01"); });
  for (int i = 0; i < 200 && core_->store.open_intents().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const auto books = service_->reconcile();
  EXPECT_THAT(books.differences, testing::IsEmpty());
  std::uint64_t open = 0;
  for (const auto& key : books.keys) open += key.open;
  EXPECT_EQ(open, 1u);
  shim_.rules("");
  caller.join();
}

TEST_F(ReconcileTest, GivesUpWhenTheDaemonStops) {
  service_->stop_reading();
  EXPECT_THROW(service_->reconcile(), policy::Error);
}

TEST_F(ReconcileTest, FindsEachThingThatWasDoneToTheStore) {
  const struct {
    std::string sql, says;
  } rows[] = {
      {"DELETE FROM certificates WHERE " + common_name("alice01"), "is not in the store, as leaf"},
      {"UPDATE certificates SET serial = x'0102' WHERE " + common_name("alice01"),
       "certificate 0102 is in the store, and nothing tells of it"},
      {"UPDATE certificates SET der = substr(der, 1, 100) || x'00' || substr(der, 102) WHERE " +
           common_name("alice01"),
       "is not made of the same octets"},
      {"UPDATE certificates SET der = CAST(der AS BLOB) || x'00' WHERE " + common_name("bob0001"),
       "is not made of the same octets"},
      {"UPDATE certificates SET state = 2 WHERE " + common_name("alice01"), "has not the state"},
      {"UPDATE certificates SET intent = 1 WHERE " + common_name("alice01"),
       "has not the state and the intent"},
      {"UPDATE certificates SET outcome = 1 WHERE " + common_name("alice01"), "names leaf 1 as its outcome"},
      {"UPDATE certificates SET der = x'3000' WHERE state = 2", "was never signed"},
      {"UPDATE certificates SET der = x'3000' WHERE state = 3", "signed late, is not kept"},
      {"UPDATE leaves SET leaf = json_set(leaf, '$.type', 'x.unknown') WHERE leaf LIKE "
       "'%\"type\":\"sign.late\"%'",
       "no leaf tells that its signature came"},
      {"UPDATE certificates SET revoked_at = NULL WHERE " + common_name("carol01"),
       "is not revoked in the store"},
      {"UPDATE certificates SET revoked_at = revoked_at + 1 WHERE " + common_name("carol01"),
       "for another reason or time"},
      {"UPDATE certificates SET reason = 1 WHERE " + common_name("carol01"), "for another reason or time"},
      {"UPDATE certificates SET invalidity_date = 1 WHERE " + common_name("carol01"),
       "for another reason or time"},
      {"UPDATE certificates SET revoke_leaf = 1 WHERE " + common_name("carol01"), "as its revocation"},
      {"UPDATE certificates SET revoked_at = 1700000000, reason = 4, revoke_leaf = 3 WHERE " +
           common_name("alice01"),
       "the revocation of certificate"},
      {"INSERT INTO certificates SELECT NULL, x'0102', authority, profile, state, subject, not_before, "
       "not_after, "
       "renewal_from, spki_sha256, requester, intent, outcome, der, NULL, NULL, NULL, NULL, NULL, NULL, NULL "
       "FROM "
       "certificates "
       "WHERE " +
           common_name("alice01"),
       "certificate 0102 is in the store, and nothing tells of it"},
      {"DELETE FROM crls WHERE number = 2 AND authority = 'issuing'", "CRL 2 of issuing is not in the store"},
      {"UPDATE crls SET der = der || x'00' WHERE number = 1 AND authority = 'root'",
       "CRL 1 of root is not made of the octets"},
      {"UPDATE crls SET leaf = 1 WHERE number = 1 AND authority = 'root'", "CRL 1 of root names leaf 1"},
      {"INSERT INTO crls SELECT authority, 77, this_update, next_update, entries, leaf, der, covers, shard "
       "FROM "
       "crls WHERE "
       "authority = "
       "'root' AND number = 1",
       "CRL 77 of root is in the store, and nothing tells of it"},
      {"DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)",
       "was signed and is not in the store"},
      {"UPDATE checkpoints SET note = 'x' || note", "is not the one whose intent was written"},
      {"UPDATE checkpoints SET note = ''", "is not the one whose intent was written"},
      {"UPDATE checkpoints SET root = zeroblob(32)", "is not the one whose intent was written"},
      {"INSERT INTO checkpoints SELECT 9999, root, note FROM checkpoints LIMIT 1",
       "the checkpoint of size 9999 is in the store, and nothing tells of it"},
      {"DELETE FROM checkpoint_intents WHERE id = (SELECT max(id) FROM checkpoint_intents)",
       "is in the store, and nothing tells of it"},
      {"DELETE FROM leaves WHERE leaf LIKE '%\"type\":\"cert.issue\"%' AND leaf LIKE '%' || (SELECT "
       "lower(hex(serial)) "
       "FROM certificates WHERE " +
           common_name("alice01") + ") || '%'",
       "has no outcome and is not kept as open"},
      {"DELETE FROM leaves WHERE leaf LIKE '%\"type\":\"sign.intent\"%' AND leaf LIKE '%' || (SELECT "
       "lower(hex(serial)) "
       "FROM certificates WHERE " +
           common_name("alice01") + ") || '%'",
       "has ended before or never was"},
      {"DELETE FROM leaves WHERE leaf LIKE '%\"type\":\"cert.revoke\"%'", "the revocation of certificate"},
      {"UPDATE leaves SET leaf = '{' WHERE idx = (SELECT outcome FROM certificates WHERE " +
           common_name("alice01") + ")",
       "is not a leaf of that index"},
      {"INSERT INTO open_intents(intent, purpose, key_id, tbs, context) SELECT intent, 'certificate', x'00', "
       "x'00', '{}' "
       "FROM certificates WHERE " +
           common_name("alice01"),
       "is kept as open"},
      {"UPDATE authorities SET certificate = x'3000' WHERE id = 'root'",
       "authority root has another certificate"},
      {"UPDATE authorities SET certificate = (SELECT certificate FROM authorities a WHERE a.id = 'root') || "
       "x'00'",
       "authority issuing has another certificate"},
  };
  EXPECT_THAT(look("SELECT 1").books.differences(), testing::IsEmpty());
  for (const auto& [sql, says] : rows)
    EXPECT_THAT(look(sql).books.differences(), Contains(HasSubstr(says))) << sql;
}

// What another program signs with our key is not in our counters; what we counted must be in the ledger.
TEST_F(ReconcileTest, CountsTheSignaturesOfThisRunOnly) {
  auto books = look("SELECT 1").books;
  const auto& issuing = core_->authorities.issuing().signer->key().id.hex();
  const auto allowed = books.accounts().at(issuing).run_intents + books.accounts().at(issuing).run_retries;
  books.signatures(issuing, allowed);
  EXPECT_EQ(books.differences_found(), 0u);
  books.signatures(issuing, allowed + 1);
  EXPECT_EQ(books.differences_found(), 1u);
}

}  // namespace
}  // namespace inkan::daemon
