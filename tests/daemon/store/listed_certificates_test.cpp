// What a CRL is read from: one index, in its order, whatever else is in the table.
#include <gmock/gmock.h>

#include "daemon/store/schema.h"
#include "daemon/store/store.h"
#include "policy/types/error.h"

#include "tests/support/outside.h"

namespace inkan::daemon {
namespace {

using policy::Instant;
using std::chrono::seconds;

class ListedCertificates : public testing::Test {
 protected:
  ListedCertificates()
      : database_(folder_.path() / "db", Database::Mode::create), store_(folder_.path() / "db") {
    migrate(database_);
    database_.execute(
        "INSERT INTO profiles(id, name, version, sha256, document) VALUES(1, 'p', 1, x'00', '')");
  }

  struct Row {
    const char* serial;
    const char* authority = "issuing";
    std::int64_t not_after = 1000;
    std::optional<std::int64_t> revoked_at = 50;
    int reason = 4;
    std::optional<std::int64_t> invalidity_date = {};
  };
  void insert(const Row& row) {
    database_
        .prepare(
            "INSERT INTO certificates(serial, authority, profile, state, subject, not_before, not_after, "
            "renewal_from, spki_sha256, requester, intent, outcome, der, revoked_at, reason, "
            "invalidity_date) "
            "VALUES(?, ?, 1, 1, '', 0, ?, 0, x'00', '', 0, 0, x'', ?, ?, ?)")
        .bind(*policy::from_hex(row.serial))
        .bind(row.authority)
        .bind(row.not_after)
        .bind(row.revoked_at)
        .bind(row.reason)
        .bind(row.invalidity_date)
        .run();
  }
  std::vector<std::string> listed(std::int64_t since) {
    std::vector<std::string> serials;
    store_.each_revoked({"issuing"}, Instant(seconds(since)),
                        [&](const policy::RevokedEntry& entry) { serials.push_back(entry.serial.hex()); });
    return serials;
  }

  test::TemporaryFolder folder_;
  Database database_;
  Store store_;
};

TEST_F(ListedCertificates, ComeInTheOrderOfTheirSerialsOctets) {
  for (const char* serial : {"0103", "7f", "02", "0101", "01", "010203"}) insert({serial});
  EXPECT_THAT(listed(0), testing::ElementsAre("01", "0101", "010203", "0103", "02", "7f"));
}

TEST_F(ListedCertificates, AreThoseOfTheAuthorityThatAreRevokedAndNotYetExpired) {
  insert({.serial = "01"});
  insert({.serial = "02", .authority = "other"});
  insert({.serial = "03", .revoked_at = std::nullopt});
  insert({.serial = "04", .not_after = 499});
  insert({.serial = "05", .not_after = 500});
  EXPECT_THAT(listed(500), testing::ElementsAre("01", "05"));
}

TEST_F(ListedCertificates, BringAllThatAnEntrySays) {
  insert({.serial = "01", .revoked_at = 77, .reason = 1, .invalidity_date = 33});
  insert({.serial = "02"});
  std::vector<policy::RevokedEntry> all;
  store_.each_revoked({"issuing"}, Instant(),
                      [&](const policy::RevokedEntry& entry) { all.push_back(entry); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].revoked_at, Instant(seconds(77)));
  EXPECT_EQ(all[0].reason, policy::RevocationReason::key_compromise);
  EXPECT_EQ(all[0].invalidity_date, Instant(seconds(33)));
  EXPECT_EQ(all[1].reason, policy::RevocationReason::superseded);
  EXPECT_EQ(all[1].invalidity_date, std::nullopt);
}

TEST_F(ListedCertificates, ThatAreDamagedAreRefused) {
  insert({.serial = "01", .reason = 7});
  EXPECT_THROW(listed(0), policy::Error);
}

// The memory of a sort would grow with the list, and the table is much larger than the index.
TEST_F(ListedCertificates, AreNeitherSortedNorLookedUpInTheTable) {
  auto plan = database_.prepare(
      "EXPLAIN QUERY PLAN SELECT serial, revoked_at, reason, invalidity_date FROM certificates INDEXED BY "
      "certificates_listed WHERE authority = 'issuing' AND revoked_at IS NOT NULL AND not_after >= 0 ORDER "
      "BY "
      "serial");
  std::string all;
  while (plan.step()) all += plan.text(3) + "\n";
  EXPECT_THAT(all, testing::HasSubstr("COVERING INDEX certificates_listed (authority=?)"));
  EXPECT_THAT(all, testing::Not(testing::HasSubstr("B-TREE")));
}

}  // namespace
}  // namespace inkan::daemon
