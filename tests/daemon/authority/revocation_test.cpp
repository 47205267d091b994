#include "daemon/authority/revocation.h"

#include <gmock/gmock.h>

#include "tests/support/authority_fixture.h"
#include "tests/support/listed_entries.h"
#include "tests/support/stored_story.h"

namespace inkan::daemon {
namespace {

using policy::RevocationReason;
using tests::ask_for;
using tests::bank_staff;
using tests::call_by;
using tests::web_tier;

class RevocationTest : public tests::AuthorityTest {
 protected:
  std::string rule_of(const policy::Identity& who, const api::RevokeRequest& request) {
    const auto outcome = service_->revoke(call_by(who), request, std::nullopt);
    return policy::denied(outcome) ? policy::denied(outcome)->rule : "";
  }
  // Before the CRL job had its turn.
  void expect_a_crl_after_a_crash() {
    service_.reset();
    core_->tokens.close();
    core_.reset();

    core_ = fixture_.open();
    const auto before = core_->crls.newest("issuing")->number;
    core_->crls.publish_due();
    EXPECT_GT(core_->crls.newest("issuing")->number, before);
  }
  std::string release(const policy::Identity& who, const policy::Serial& serial) {
    const auto outcome = service_->release(call_by(who), serial, std::nullopt);
    return policy::denied(outcome) ? policy::denied(outcome)->rule : "";
  }
};

TEST_F(RevocationTest, PutsTheSerialOnTheNextCrl) {
  const auto serial = issue();
  ASSERT_EQ(rule_of(bank_staff(), {serial, RevocationReason::key_compromise, std::nullopt}), "");
  EXPECT_EQ(core_->store.find_certificate(serial, now())->status, api::CertificateStatus::revoked);
  core_->crls.publish_due();
  const auto entries = test::listed_entries(core_->store, "issuing");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].serial, serial);
  EXPECT_EQ(entries[0].reason, RevocationReason::key_compromise);
}

TEST_F(RevocationTest, GivesCrlsNumbersThatOnlyGrow) {
  core_->crls.publish_due();
  const auto first = core_->crls.newest("issuing")->number;
  EXPECT_EQ(core_->crls.publish(core_->authorities.issuing()), first + 1);
  EXPECT_EQ(core_->crls.publish(core_->authorities.issuing()), first + 2);
}

TEST_F(RevocationTest, IsSafeToRepeat) {
  const auto serial = issue();
  ASSERT_EQ(rule_of(bank_staff(), {serial, RevocationReason::superseded, std::nullopt}), "");
  const auto when = core_->store.find_certificate(serial, now())->revocation;
  EXPECT_EQ(rule_of(bank_staff(), {serial, RevocationReason::superseded, std::nullopt}), "");
  EXPECT_EQ(core_->store.find_certificate(serial, now())->revocation->leaf, when->leaf);
  EXPECT_EQ(rule_of(bank_staff(), {serial, RevocationReason::key_compromise, std::nullopt}),
            "revoke.already");
}

TEST_F(RevocationTest, KeepsToTheRoleTable) {
  const auto serial = issue();
  const auto other = policy::Identity::authenticated("web-2", policy::Role::web_tier,
                                                     policy::fingerprint_of(policy::as_bytes("2")), "");
  const auto auditor = policy::Identity::authenticated("auditor", policy::Role::auditor,
                                                       policy::fingerprint_of(policy::as_bytes("3")), "");
  const api::RevokeRequest request{serial, RevocationReason::superseded, std::nullopt};
  EXPECT_EQ(rule_of(other, request), "revoke.role");
  EXPECT_EQ(rule_of(auditor, request), "revoke.role");
  EXPECT_EQ(rule_of(web_tier(), request), "");
}

TEST_F(RevocationTest, StaysDueThroughACrashUntilACrlHasIt) {
  core_->crls.publish_due();
  const auto serial = issue();
  ASSERT_EQ(rule_of(bank_staff(), {serial, RevocationReason::superseded, std::nullopt}), "");
  expect_a_crl_after_a_crash();
}

// A megabyte a second is the most: a large CRL is followed by the next after a rest, unless there is no
// later.
TEST_F(RevocationTest, LetsALargeCrlRestBeforeTheNext) {
  const auto serial = issue();
  core_->writer->write([&](Writing& w) {
    for (int i = 0; i < 60'000; ++i)
      w.database()
          .prepare(
              "INSERT INTO certificates(serial, authority, profile, state, subject, not_before, not_after, "
              "renewal_from, spki_sha256, requester, intent, outcome, der, revoked_at, reason) "
              "VALUES(?, 'issuing', 1, 1, '', 0, 4000000000, 0, x'00', '', 0, 0, x'', 0, 4)")
          .bind(policy::Serial::from(1'500'000'000'000 + i, {}).content())
          .run();
  });
  const auto number = [&] { return core_->crls.newest("issuing")->number; };
  const auto large = core_->crls.publish(core_->authorities.issuing());
  ASSERT_GT(core_->crls.newest("issuing")->der->size(), 3'000'000u);
  ASSERT_EQ(rule_of(bank_staff(), {serial, RevocationReason::superseded, std::nullopt}), "");
  core_->crls.publish_due();
  EXPECT_EQ(number(), large);
  EXPECT_TRUE(core_->crls.oldest_unpublished("issuing"));
  core_->crls.publish_due(true);
  EXPECT_EQ(number(), large + 1);
  std::this_thread::sleep_for(std::chrono::seconds(4));
  core_->crls.changed("issuing");
  core_->crls.publish_due();
  EXPECT_EQ(number(), large + 2);
}

TEST_F(RevocationTest, HoldsAndReleasesAndThenRevokesForGood) {
  const auto serial = issue();
  const auto status = [&] { return core_->store.find_certificate(serial, now())->status; };
  const auto listed = [&] {
    core_->crls.publish_due();
    return test::listed_entries(core_->store, "issuing").size();
  };
  ASSERT_EQ(rule_of(bank_staff(), {serial, RevocationReason::certificate_hold, std::nullopt}), "");
  EXPECT_EQ(status(), api::CertificateStatus::held);
  EXPECT_EQ(listed(), 1u);
  EXPECT_EQ(rule_of(bank_staff(), {serial, RevocationReason::certificate_hold, std::nullopt}), "");  // again
  EXPECT_EQ(release(bank_staff(), serial), "");
  EXPECT_EQ(status(), api::CertificateStatus::valid);
  EXPECT_EQ(listed(), 0u);
  EXPECT_EQ(release(bank_staff(), serial), "");  // as it is

  ASSERT_EQ(rule_of(bank_staff(), {serial, RevocationReason::certificate_hold, std::nullopt}), "");
  ASSERT_EQ(rule_of(bank_staff(), {serial, RevocationReason::key_compromise, std::nullopt}), "");
  EXPECT_EQ(status(), api::CertificateStatus::revoked);
  EXPECT_EQ(release(bank_staff(), serial), "release.revoked");
  EXPECT_EQ(rule_of(bank_staff(), {serial, RevocationReason::certificate_hold, std::nullopt}),
            "revoke.already");
  EXPECT_EQ(status(), api::CertificateStatus::revoked);
  EXPECT_EQ(service_->reconcile().differences, std::vector<std::string>());
  EXPECT_EQ(tests::faults_in_story(core_->store), std::vector<std::string>());
}

TEST_F(RevocationTest, ReleasesForWhomeverMayHold) {
  const auto serial = issue();
  const auto other = policy::Identity::authenticated("web-2", policy::Role::web_tier,
                                                     policy::fingerprint_of(policy::as_bytes("2")), "");
  ASSERT_EQ(rule_of(web_tier(), {serial, RevocationReason::certificate_hold, std::nullopt}), "");
  EXPECT_EQ(release(other, serial), "revoke.role");
  EXPECT_EQ(core_->store.find_certificate(serial, now())->status, api::CertificateStatus::held);
  EXPECT_EQ(release(web_tier(), serial), "");
}

TEST_F(RevocationTest, AReleaseStaysDueThroughACrashUntilACrlHasIt) {
  const auto serial = issue();
  ASSERT_EQ(rule_of(bank_staff(), {serial, RevocationReason::certificate_hold, std::nullopt}), "");
  EXPECT_TRUE(core_->crls.oldest_unpublished("issuing"));
  core_->crls.publish_due();
  EXPECT_FALSE(core_->crls.oldest_unpublished("issuing"));
  ASSERT_EQ(release(bank_staff(), serial), "");
  EXPECT_TRUE(core_->crls.oldest_unpublished("issuing"));
  expect_a_crl_after_a_crash();
}

// A hold that the store forgot, or kept, against what the leaves tell.
TEST_F(RevocationTest, AHoldIsReconciledBothWays) {
  const auto held = issue(), released = issue();
  for (const auto& serial : {held, released})
    ASSERT_EQ(rule_of(bank_staff(), {serial, RevocationReason::certificate_hold, std::nullopt}), "");
  ASSERT_EQ(release(bank_staff(), released), "");
  EXPECT_EQ(service_->reconcile().differences_found, 0u);
  Database database(fixture_.config().database(), Database::Mode::existing);
  database.execute("CREATE TABLE kept AS SELECT revoked_at, revoke_leaf FROM certificates WHERE reason = 6");
  const auto set = [&](const policy::Serial& serial, const std::string& what) {
    database.execute(("UPDATE certificates SET " + what + " WHERE serial = x'" + serial.hex() + "'").c_str());
  };
  set(released,
      "reason = 6, revoked_at = (SELECT revoked_at FROM kept), revoke_leaf = (SELECT revoke_leaf FROM kept)");
  EXPECT_GT(service_->reconcile().differences_found, 0u);
  set(released, "reason = NULL, revoked_at = NULL, revoke_leaf = NULL");
  EXPECT_EQ(service_->reconcile().differences_found, 0u);
  set(held, "reason = NULL, revoked_at = NULL, revoke_leaf = NULL");
  EXPECT_GT(service_->reconcile().differences_found, 0u);
}

TEST_F(RevocationTest, KnowsAnOperatorByTheCertificateIssuedToHimAsOne) {
  const auto request = tests::request("keytool-ec.pem");
  const auto operators =
      service_->list_certificates(call_by(bank_staff()), tests::of_profile("operator")).items.at(0);
  const auto& key = request.public_key().spki_hash();
  EXPECT_TRUE(service_->find_identity(key, policy::fingerprint_of(operators.der)));
  EXPECT_FALSE(service_->find_identity(
      key, policy::fingerprint_of(policy::as_bytes("another certificate, same key"))));
  const auto refused =
      service_->issue(call_by(web_tier()), {"client-auth", request, std::nullopt}, std::nullopt);
  ASSERT_TRUE(policy::denied(refused));
  EXPECT_EQ(policy::denied(refused)->rule, "key.operator");
}

TEST_F(RevocationTest, LeavesOperatorsToTheOfficersAndTakesTheirRightsAtOnce) {
  const auto officer = policy::Identity::authenticated("officer-1", policy::Role::security_officer,
                                                       policy::fingerprint_of(policy::as_bytes("4")), "");
  const auto web =
      service_->list_certificates(call_by(bank_staff()), tests::of_profile("operator")).items.at(0);
  const auto key = tests::request("keytool-ec.pem").public_key().spki_hash();
  ASSERT_TRUE(service_->find_identity(key, policy::fingerprint_of(web.der)));
  const api::RevokeRequest request{web.serial, RevocationReason::key_compromise, std::nullopt};
  EXPECT_EQ(rule_of(bank_staff(), request), "revoke.role");
  EXPECT_EQ(rule_of(officer, {issue(), RevocationReason::key_compromise, std::nullopt}), "revoke.role");
  EXPECT_EQ(rule_of(officer, request), "");
  EXPECT_FALSE(service_->find_identity(key, policy::fingerprint_of(web.der)));
}

TEST_F(RevocationTest, LeavesCaCertificatesToTheOfficers) {
  for (const auto& record :
       service_->list_certificates(call_by(bank_staff()), tests::of_profile("issuing-ca")).items)
    EXPECT_EQ(rule_of(bank_staff(), {record.serial, RevocationReason::superseded, std::nullopt}),
              "revoke.ca");
}

TEST_F(RevocationTest, RefusesReasonsAndDatesThatMakeNoSense) {
  const auto serial = issue();
  EXPECT_EQ(rule_of(bank_staff(), {serial, RevocationReason::ca_compromise, std::nullopt}), "revoke.reason");
  EXPECT_EQ(rule_of(bank_staff(), {serial, RevocationReason::superseded, now() + std::chrono::hours(1)}),
            "revoke.invalidity-date");
}

TEST_F(RevocationTest, SaysNotFoundForASerialNobodyHas) {
  const api::RevokeRequest request{*policy::Serial::parse("01aa"), RevocationReason::superseded,
                                   std::nullopt};
  EXPECT_THROW(service_->revoke(call_by(bank_staff()), request, std::nullopt), policy::Error);
}

TEST_F(RevocationTest, TakesOneKeyWithTwoSerialsForTwoCalls) {
  for (const auto& serial : {issue(), issue()}) {
    const api::RevokeRequest request{serial, RevocationReason::superseded, std::nullopt};
    service_->revoke(call_by(bank_staff()), request, tests::key_of("k", "same body"));
    EXPECT_EQ(core_->store.find_certificate(serial, now())->status, api::CertificateStatus::revoked);
  }
}

TEST_F(RevocationTest, TellsAReusedKeyFromARepeatedCall) {
  const auto serial = issue();
  const api::RevokeRequest request{serial, RevocationReason::superseded, std::nullopt};
  const auto revoke = [&](const std::string& body) {
    return service_->revoke(call_by(bank_staff()), request, tests::key_of("k", body));
  };
  EXPECT_TRUE(std::holds_alternative<api::CertificateRecord>(revoke("a")));
  EXPECT_TRUE(std::holds_alternative<api::CertificateRecord>(revoke("a")));
  EXPECT_TRUE(std::holds_alternative<api::KeyReused>(revoke("b")));
}

}  // namespace
}  // namespace inkan::daemon
