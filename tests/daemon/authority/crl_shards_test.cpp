// Partitioned CRLs: no certificate names a shard before it is published, none is forgotten afterwards, and
// each is told of by the one that it names.
#include <gmock/gmock.h>

#include <set>

#include "daemon/ledger/reconcile.h"
#include "policy/lint/publication.h"
#include "policy/lint/tbs_view.h"
#include "policy/x509/oids.h"
#include "tests/support/act_bench.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/older_store.h"

namespace inkan::daemon {
namespace {

using policy::RevocationReason;
using tests::ask_for;
using tests::bank_staff;
using tests::call_by;
using tests::web_tier;

constexpr const char* k_issuing_urls = "http://pki.test.example/crl/issuing";

class CrlShardsTest : public tests::AuthorityTest {
 protected:
  void reopen(int shards, const char* meanwhile = "") {
    service_.reset();
    core_->tokens.close();
    core_.reset();
    Database(fixture_.config().database(), Database::Mode::existing).execute(meanwhile);
    tests::write_text(fixture_.folder() / "inkand.toml",
                      fixture_.config_text() + "[crl]\nshards = " + std::to_string(shards) + "\n");
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
  }
  api::CertificateRecord issue(std::chrono::milliseconds time = std::chrono::seconds(20)) {
    auto outcome = service_->issue(call_by(web_tier(), time), ask_for("alice01"), std::nullopt);
    return std::get<api::IssuedCertificate>(std::move(outcome)).record;
  }
  // One that names this shard.
  api::CertificateRecord issue_of(int shard) {
    for (int i = 0; i < 1000; ++i)
      if (auto record = issue(); record.crl_shard == shard) return record;
    throw std::runtime_error("no certificate names shard " + std::to_string(shard));
  }
  api::CertificateRecord revoke(const policy::Serial& serial,
                                RevocationReason reason = RevocationReason::superseded) {
    return std::get<api::CertificateRecord>(
        service_->revoke(call_by(bank_staff()), {serial, reason, std::nullopt}, std::nullopt));
  }
  static std::string crl_url_in(policy::BytesView tbs) {
    return policy::crl_uri(policy::TbsView::parse(tbs).find(policy::oid::k_crl_distribution_points)->value);
  }
  static std::string crl_url(const policy::Bytes& certificate) {
    policy::der::Reader outer(certificate);
    return crl_url_in(outer.sequence("certificate").any().whole);
  }
  bool is_named_truly(const api::CertificateRecord& record) {
    const auto kept = core_->store.find_certificate(record.serial, now());
    const std::string shard =
        record.crl_shard == policy::k_full_crl ? "" : "/" + std::to_string(record.crl_shard);
    return crl_url(record.der) == k_issuing_urls + shard + ".crl" && kept->crl_shard == record.crl_shard;
  }
  std::set<std::string> listed(int shard) {
    std::set<std::string> all;
    core_->store.each_revoked({"issuing", shard}, now(),
                              [&](const auto& entry) { all.insert(entry.serial.hex()); });
    return all;
  }
  std::map<int, policy::CrlNumber> numbers() {
    std::map<int, policy::CrlNumber> all;
    for (const auto& [shard, crl] : core_->crls.newest_of("issuing")) all[shard] = crl.number;
    return all;
  }
  // The CRLs that a turn makes.
  std::set<int> made_by_a_turn() {
    const auto before = numbers();
    core_->crls.publish_due();
    std::set<int> made;
    for (const auto& [shard, number] : numbers())
      if (!before.contains(shard) || before.at(shard) != number) made.insert(shard);
    return made;
  }
  policy::CrlNumber published(const api::CertificateRecord& record) {
    const auto told =
        service_->publication(record, record.revocation->leaf, std::chrono::steady_clock::now());
    const auto* const where = std::get_if<api::Publication>(&told);
    return where ? where->crl_number : 0;
  }
};

TEST_F(CrlShardsTest, AreNamedByNobodyBeforeAllOfThemArePublished) {
  reopen(4);
  EXPECT_EQ(issue().crl_shard, policy::k_full_crl);
  shim_.rules("fail C_Sign 3 0x20");  // CKR_DATA_INVALID: certainly not signed
  EXPECT_THROW(core_->crls.publish_due(), policy::Error);
  shim_.rules("");
  EXPECT_GT(numbers().size(), 1u);
  EXPECT_LT(numbers().size(), 5u);
  const auto before = issue();
  EXPECT_EQ(before.crl_shard, policy::k_full_crl);
  EXPECT_TRUE(is_named_truly(before));
  core_->crls.publish_due();
  EXPECT_EQ(numbers().size(), 5u);
  std::set<int> named;
  for (int i = 0; i < 60; ++i) {
    const auto record = issue();
    EXPECT_TRUE(is_named_truly(record)) << crl_url(record.der);
    EXPECT_EQ(record.crl_shard, policy::crl_shard_of(record.serial, 4));
    named.insert(record.crl_shard);
  }
  EXPECT_EQ(named, (std::set<int>{1, 2, 3, 4}));
  const auto specimen = service_->dry_run(call_by(web_tier()), ask_for("alice01"));
  EXPECT_THAT(crl_url_in(specimen.tbs), testing::MatchesRegex(std::string(k_issuing_urls) + "/[1-4].crl"));
}

// RFC 5280 §5.2.5, onlyContainsUserCerts; and it is a responder's duty to answer for itself.
TEST_F(CrlShardsTest, AreForEndEntities) {
  reopen(4);
  core_->crls.publish_due();
  const auto& issuing = core_->authorities.issuing();
  const auto serial = issue().serial;
  const auto shard_under = [&](const char* profile) {
    return issuing.issuer_for(core_->policies.now().profiles().find(profile), serial).crl_shard;
  };
  for (const char* profile : {"root-ca", "issuing-ca", "root-link", "ocsp-responder", "no such profile"})
    EXPECT_EQ(shard_under(profile), policy::k_full_crl) << profile;
  for (const char* profile : {"client-auth", "server-auth", "operator"})
    EXPECT_NE(shard_under(profile), policy::k_full_crl) << profile;
  EXPECT_EQ(core_->authorities.find("root")->crl_shards, 0) << "no caller gets certificates of it";
}

TEST_F(CrlShardsTest, AreMadeForWhatTheyListAndTheFullOneForAll) {
  const auto old = issue();
  reopen(4);
  core_->crls.publish_due();
  const auto first = issue_of(1), second = issue_of(2);
  EXPECT_EQ(made_by_a_turn(), std::set<int>{});
  const auto revoked = revoke(first.serial);
  EXPECT_TRUE(core_->crls.oldest_unpublished("issuing"));
  EXPECT_EQ(made_by_a_turn(), (std::set<int>{policy::k_full_crl, 1}));
  EXPECT_EQ(published(revoked), numbers()[1]);
  EXPECT_EQ(listed(1), std::set<std::string>{first.serial.hex()});
  EXPECT_EQ(listed(2), std::set<std::string>{});
  EXPECT_EQ(listed(policy::k_full_crl), std::set<std::string>{first.serial.hex()});
  revoke(old.serial);
  EXPECT_EQ(made_by_a_turn(), std::set<int>{policy::k_full_crl});
  revoke(second.serial, RevocationReason::certificate_hold);
  EXPECT_EQ(made_by_a_turn(), (std::set<int>{policy::k_full_crl, 2}));
  EXPECT_EQ(listed(2), std::set<std::string>{second.serial.hex()});
  service_->release(call_by(bank_staff()), second.serial, std::nullopt);
  EXPECT_EQ(made_by_a_turn(), (std::set<int>{policy::k_full_crl, 2}));
  EXPECT_EQ(listed(2), std::set<std::string>{});
  EXPECT_FALSE(core_->crls.oldest_unpublished("issuing"));
  EXPECT_THAT(service_->reconcile().differences, testing::IsEmpty());
}

// The full CRL is not the one that its verifiers fetch.
TEST_F(CrlShardsTest, AreWaitedForWhereACertificateNamesThem) {
  reopen(4);
  core_->crls.publish_due();
  const auto revoked = revoke(issue_of(3).serial);
  core_->crls.publish(core_->authorities.issuing());
  EXPECT_EQ(published(revoked), 0u);
  EXPECT_TRUE(core_->crls.oldest_unpublished("issuing"));
  core_->crls.publish_due();
  EXPECT_EQ(published(revoked), numbers()[3]);
  EXPECT_FALSE(core_->crls.oldest_unpublished("issuing"));
}

TEST_F(CrlShardsTest, GoOnForWhoNamesThemWhateverTheConfigurationSays) {
  reopen(4);
  core_->crls.publish_due();
  const auto third = issue_of(3);
  reopen(1);
  core_->crls.publish_due();
  EXPECT_EQ(issue().crl_shard, policy::k_full_crl);
  revoke(third.serial);
  EXPECT_EQ(made_by_a_turn(), (std::set<int>{policy::k_full_crl, 3}));
  EXPECT_EQ(listed(3), std::set<std::string>{third.serial.hex()});
  reopen(2);
  core_->crls.publish_due();
  EXPECT_EQ(numbers().size(), 5u);
  for (int i = 0; i < 20; ++i) EXPECT_LE(issue().crl_shard, 2);
  EXPECT_EQ(service_->authorities().back().crl_shards.size(), 4u);
}

// RFC 5280 §6.3.3: a CRL that named another URL than certificates do would be refused, for all of them.
TEST_F(CrlShardsTest, KeepTheirUrls) {
  reopen(2);
  core_->crls.publish_due();
  service_.reset();
  core_->tokens.close();
  core_.reset();
  std::string moved = fixture_.config_text();
  moved.replace(moved.find("pki.test.example"), 16, "crl.test.example");
  tests::write_text(fixture_.folder() / "inkand.toml", moved);
  try {
    fixture_.open();
    ADD_FAILURE() << "it started";
  } catch (const policy::Error& error) {
    EXPECT_EQ(error.code(), policy::ErrorCode::config);
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("http://pki.test.example/crl/issuing/2.crl"),
                                             testing::HasSubstr("http://crl.test.example/crl/issuing/2.crl"),
                                             testing::HasSubstr("set base_url back")));
  }
}

TEST_F(CrlShardsTest, ListWhatMayHaveBeenSigned) {
  reopen(4);
  core_->crls.publish_due();
  shim_.rules("hang C_Sign 1");
  EXPECT_THROW(issue(std::chrono::milliseconds(300)), policy::Error);
  shim_.rules("");
  const auto possible =
      service_->list_certificates(call_by(bank_staff()), tests::of_status("possibly-signed"));
  ASSERT_EQ(possible.items.size(), 1u);
  const auto& record = possible.items[0];
  EXPECT_NE(record.crl_shard, policy::k_full_crl);
  EXPECT_THAT(made_by_a_turn(), testing::Contains(record.crl_shard));
  EXPECT_EQ(listed(record.crl_shard), std::set<std::string>{record.serial.hex()});
}

TEST_F(CrlShardsTest, AreHeldAgainstTheLog) {
  reopen(4);
  core_->crls.publish_due();
  const auto serial = issue_of(2).serial.hex();
  const std::pair<std::string, const char*> rows[] = {
      {"UPDATE certificates SET shard = 3 WHERE serial = x'" + serial + "'", "another shard"},
      {"UPDATE certificates SET shard = NULL WHERE serial = x'" + serial + "'", "another shard"},
      {"UPDATE crls SET shard = 3 WHERE shard = 2", "kept as that of another shard"},
      {"UPDATE crls SET shard = 0 WHERE shard = 2", "kept as that of another shard"}};
  EXPECT_THAT(service_->reconcile().differences, testing::IsEmpty());
  for (const auto& [sql, says] : rows) {
    const auto copy = fixture_.folder() / "copy.db";
    std::filesystem::remove(copy);
    Database(core_->store.file(), Database::Mode::read_only)
        .execute(("VACUUM INTO '" + copy.string() + "'").c_str());
    Database database(copy, Database::Mode::existing);
    database.execute(sql.c_str());
    const auto found = reconcile(database, core_->writer->origin().boot_id, core_->checkpoints_before(),
                                 [] { return true; });
    EXPECT_THAT(found.books.differences(), testing::Contains(testing::HasSubstr(says))) << sql;
  }
}

TEST_F(CrlShardsTest, AreUnknownToAnOlderStore) {
  const auto before = issue();
  core_->crls.publish_due();
  const auto full = numbers()[policy::k_full_crl];
  reopen(4, test::k_back_to_12.c_str());
  EXPECT_EQ(core_->store.find_certificate(before.serial, now())->crl_shard, policy::k_full_crl);
  EXPECT_EQ(numbers(), (std::map<int, policy::CrlNumber>{{policy::k_full_crl, full}}));
  core_->crls.publish_due();
  EXPECT_TRUE(is_named_truly(issue()));
  EXPECT_EQ(numbers().size(), 5u);
}

// The one that issued goes on with its shards; the one that issues now begins with the full CRL.
TEST(CrlShardsOfARollover, AreNamedByNobodyBeforeTheyArePublishedEither) {
  tests::ActBench bench;
  tests::write_text(bench.fixture().folder() / "inkand.toml",
                    bench.fixture().config_text() + "[crl]\nshards = 4\n");
  bench.open();
  auto& crls = bench.core().crls;
  crls.publish_due();
  const auto issue = [&](const std::string& name) {
    return std::get<api::IssuedCertificate>(
               bench.service().issue(call_by(web_tier()), ask_for(name), std::nullopt))
        .record;
  };
  const auto old = issue("alice01");
  EXPECT_NE(old.crl_shard, policy::k_full_crl);
  EXPECT_EQ(bench.officers()
                .approve(policy::ActKind::roll_over, {{"authority", "next"}, {"common_name", "Next"}})
                .work,
            "done");
  const auto first = issue("bob0001");
  EXPECT_EQ(std::pair(first.authority, first.crl_shard), std::pair(std::string("next"), policy::k_full_crl));
  crls.publish_due();
  const auto second = issue("carol01");
  EXPECT_EQ(second.authority, "next");
  EXPECT_TRUE(crls.newest("next", second.crl_shard));
  EXPECT_NE(second.crl_shard, policy::k_full_crl);
  const auto before = crls.newest("issuing", old.crl_shard)->number;
  bench.service().revoke(call_by(bank_staff()), {old.serial, RevocationReason::superseded, std::nullopt},
                         std::nullopt);
  crls.publish_due();
  EXPECT_GT(crls.newest("issuing", old.crl_shard)->number, before);
  EXPECT_EQ(crls.newest_of("issuing").size(), 5u);
  EXPECT_THAT(bench.faults(), testing::IsEmpty());
}

}  // namespace
}  // namespace inkan::daemon
