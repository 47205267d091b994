#include "daemon/authority/issuance.h"

#include <gmock/gmock.h>

#include <thread>

#include "policy/x509/certificate.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/listed_entries.h"

namespace inkan::daemon {
namespace {

using tests::ask_for;
using tests::call_by;
using tests::key_of;
using tests::web_tier;

class IssuanceTest : public tests::AuthorityTest {
 protected:
  api::Outcome<api::IssuedCertificate> issue(const std::string& name,
                                             const std::optional<api::Idempotency>& key = std::nullopt,
                                             std::chrono::milliseconds time = std::chrono::seconds(20)) {
    return service_->issue(call_by(web_tier(), time), ask_for(name), key);
  }
  static const api::IssuedCertificate& issued(const api::Outcome<api::IssuedCertificate>& outcome) {
    if (const auto* denial = policy::denied(outcome)) ADD_FAILURE() << denial->rule << ": " << denial->detail;
    return std::get<api::IssuedCertificate>(outcome);
  }
  std::vector<std::string> leaf_types() {
    std::vector<std::string> types;
    for (const auto& entry : core_->store.leaves(0, 1000))
      types.push_back(nlohmann::json::parse(entry.leaf).at("type").get<std::string>());
    return types;
  }
};

TEST_F(IssuanceTest, RecordsTheIntentBeforeTheOutcomeAndStoresWhatItReleases) {
  const auto outcome = issue("alice01");
  const auto& certificate = issued(outcome);
  EXPECT_LT(certificate.record.intent, *certificate.record.outcome);
  const auto stored = core_->store.find_certificate(certificate.record.serial, now());
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->der, certificate.record.der);
  EXPECT_EQ(stored->profile, "client-auth");
  EXPECT_EQ(stored->profile_sha256, core_->policies.now().profiles().find("client-auth")->sha256.hex());
  EXPECT_TRUE(core_->store.open_intents().empty());
}

TEST_F(IssuanceTest, AnswersARetryWithTheSameCertificate) {
  const auto first = issue("alice01", key_of("k1", "body"));
  const auto second = issue("alice01", key_of("k1", "body"));
  EXPECT_EQ(issued(first).record.der, issued(second).record.der);
  EXPECT_TRUE(issued(second).replayed);
  EXPECT_EQ(service_->list_certificates(call_by(web_tier()), tests::of_profile("client-auth")).items.size(),
            1u);
}

TEST_F(IssuanceTest, RefusesAnotherBodyUnderTheSameKey) {
  issued(issue("alice01", key_of("k1", "body")));
  EXPECT_TRUE(std::holds_alternative<api::KeyReused>(issue("bob0001", key_of("k1", "other body"))));
}

TEST_F(IssuanceTest, ReplaysARefusal) {
  const auto key = key_of("k1", "body");
  const auto refused = [&] {
    return service_->issue(call_by(web_tier()), ask_for("x", "no-such-profile"), key);
  };
  const auto first = refused(), second = refused();
  ASSERT_TRUE(policy::denied(first));
  ASSERT_TRUE(policy::denied(second));
  EXPECT_EQ(*policy::denied(first), *policy::denied(second));
  EXPECT_THAT(leaf_types(), testing::Contains("request.denied").Times(1)) << "one refusal, one leaf";
}

TEST_F(IssuanceTest, SaysInProgressWhileTheFirstCallRuns) {
  shim_.rules("delay C_Sign 700000");
  std::thread first([&] { issued(issue("alice01", key_of("k1", "body"))); });
  std::this_thread::sleep_for(std::chrono::milliseconds(250));
  EXPECT_TRUE(std::holds_alternative<api::InProgress>(issue("alice01", key_of("k1", "body"))));
  first.join();
}

TEST_F(IssuanceTest, MakesOneCertificateOfManyParallelRetries) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      const auto outcome = issue("alice01", key_of("k1", "body"));
      EXPECT_TRUE(std::holds_alternative<api::IssuedCertificate>(outcome) ||
                  std::holds_alternative<api::InProgress>(outcome));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(service_->list_certificates(call_by(web_tier()), tests::of_profile("client-auth")).items.size(),
            1u);
}

TEST_F(IssuanceTest, IssuesAgainUnderTheSameKeyWhenTheTokenDidNotSign) {
  shim_.rules("fail C_SignInit 1 0x5 0");  // CKR_GENERAL_ERROR, every time
  EXPECT_THROW(issue("alice01", key_of("k1", "body"), std::chrono::seconds(2)), policy::Error);
  EXPECT_THAT(leaf_types(), testing::Contains("sign.failed"));
  shim_.rules("");
  // The token is brought back by its keeper, and its keys make their canaries anew.
  for (int i = 0; i < 100 && core_->tokens.find("ca")->status().state != pkcs11::TokenState::ready; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  core_->key_keeper.make_canaries();
  issued(issue("alice01", key_of("k1", "body")));
  EXPECT_TRUE(core_->store.open_intents().empty());
}

TEST_F(IssuanceTest, RevokesWhatMayHaveBeenSignedAndIssuesOnceMore) {
  shim_.rules("hang C_Sign 1");
  EXPECT_THROW(issue("alice01", key_of("k1", "body"), std::chrono::milliseconds(300)), policy::Error);
  auto possible = service_->list_certificates(call_by(web_tier()), tests::of_status("possibly-signed")).items;
  ASSERT_EQ(possible.size(), 1u);
  EXPECT_TRUE(possible[0].revocation);
  EXPECT_TRUE(possible[0].der.empty());

  shim_.rules("");  // the call comes back, late: checked, stored, never released
  for (int i = 0; i < 100 && core_->unfinished.size() == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  core_->unfinished.settle();
  EXPECT_THAT(leaf_types(), testing::Contains("sign.late"));
  possible = service_->list_certificates(call_by(web_tier()), tests::of_status("possibly-signed")).items;
  EXPECT_FALSE(possible[0].der.empty());
  api::EventQuery of_it;
  of_it.filter.serial = possible[0].serial;
  EXPECT_EQ(core_->store.events(of_it).leaves.size(), 4u) << "intent, sign.possible, cert.revoke, sign.late";

  core_->key_keeper.make_canaries();
  const auto again = issue("alice01", key_of("k1", "body"));
  EXPECT_NE(issued(again).record.serial, possible[0].serial);
  const auto intent = nlohmann::json::parse(*core_->store.leaf(issued(again).record.intent));
  EXPECT_EQ(intent.at("detail").at("replaces"), possible[0].intent)
      << "the new intent names the one it replaces";
  // What may exist is on the next CRL.
  auto& issuing = core_->authorities.issuing();
  core_->crls.publish(issuing);
  EXPECT_THAT(test::listed_entries(core_->store, "issuing"),
              testing::Contains(testing::Field(&policy::RevokedEntry::serial, possible[0].serial)));
}

TEST_F(IssuanceTest, ClosesAtStartWhatDangled) {
  // As a crash between intent and outcome leaves it: the intent is on disk, nobody has the Recorded value any
  // more.
  auto decision = core_->policies.now().decide(
      std::get<policy::IssuanceRequest>(std::variant<policy::IssuanceRequest>(
          policy::IssuanceRequest::from("client-auth", tests::request(), std::nullopt))),
      core_->authorities.issuing().issuer, web_tier(), core_->serials.draw(call_by(web_tier()).deadline),
      now());
  ASSERT_FALSE(policy::denied(decision));
  const auto& profile = *core_->policies.now().profiles().find("client-auth");
  auto recorded = core_->ledger.record(
      std::move(std::get<policy::Approved<policy::TbsCertificate>>(decision)), call_by(web_tier()), profile,
      {"issuing", now(), std::nullopt, ""}, key_of("k1", "body"));
  ASSERT_TRUE(std::holds_alternative<policy::Recorded<policy::TbsCertificate>>(recorded));
  ASSERT_EQ(core_->store.open_intents().size(), 1u);
  service_.reset();
  core_->tokens.close();
  core_.reset();

  core_ = fixture_.open();
  service_ = std::make_unique<Service>(
      *core_, [] {}, [] {});
  EXPECT_TRUE(core_->store.open_intents().empty());
  EXPECT_EQ(
      service_->list_certificates(call_by(web_tier()), tests::of_status("possibly-signed")).items.size(), 1u);
  EXPECT_THAT(leaf_types(), testing::Contains("daemon.crash"));
  issued(issue("alice01", key_of("k1", "body")));
}

TEST_F(IssuanceTest, ClosesAnIntentWhoseOutcomeCouldNotBeWritten) {
  auto decision = core_->policies.now().decide(
      policy::IssuanceRequest::from("client-auth", tests::request(), std::nullopt),
      core_->authorities.issuing().issuer, web_tier(), core_->serials.draw(call_by(web_tier()).deadline),
      now());
  auto recorded =
      core_->ledger.record(std::move(std::get<policy::Approved<policy::TbsCertificate>>(decision)),
                           call_by(web_tier()), *core_->policies.now().profiles().find("client-auth"),
                           {"issuing", now(), std::nullopt, ""}, key_of("k1", "body"));
  const auto intent = std::get<policy::Recorded<policy::TbsCertificate>>(recorded).intent();
  const auto fails = []() -> policy::LeafIndex {
    throw policy::Error(policy::ErrorCode::store, "disk full");
  };
  EXPECT_THROW(core_->unfinished.complete(intent, web_tier(), fails), policy::Error);
  EXPECT_TRUE(core_->store.open_intents().empty());
  EXPECT_EQ(
      service_->list_certificates(call_by(web_tier()), tests::of_status("possibly-signed")).items.size(), 1u);
  issued(issue("alice01", key_of("k1", "body")));  // not 409 for ever
}

TEST_F(IssuanceTest, KeepsALateSignatureUntilTheOutcomeBeforeItIsWritten) {
  auto decision = core_->policies.now().decide(
      policy::IssuanceRequest::from("client-auth", tests::request(), std::nullopt),
      core_->authorities.issuing().issuer, web_tier(), core_->serials.draw(call_by(web_tier()).deadline),
      now());
  auto recorded =
      core_->ledger.record(std::move(std::get<policy::Approved<policy::TbsCertificate>>(decision)),
                           call_by(web_tier()), *core_->policies.now().profiles().find("client-auth"),
                           {"issuing", now(), std::nullopt, ""}, std::nullopt);
  const auto intent = std::get<policy::Recorded<policy::TbsCertificate>>(recorded).intent();
  core_->unfinished.add_late(intent, {policy::Bytes{1, 2, 3}, {}, 1});
  EXPECT_THROW(core_->unfinished.settle(), policy::Error);
  core_->ledger.possibly_signed(intent, web_tier(), {"no answer in time", 0, 1});
  core_->unfinished.settle();
  EXPECT_EQ(core_->unfinished.size(), 0u);
  const auto possible =
      service_->list_certificates(call_by(web_tier()), tests::of_status("possibly-signed")).items;
  ASSERT_EQ(possible.size(), 1u);
  EXPECT_EQ(possible[0].der, (policy::Bytes{1, 2, 3}));
}

TEST_F(IssuanceTest, AnswersARetryWhileTheTokenIsOut) {
  const auto first = issue("alice01", key_of("k1", "body"));
  shim_.rules("fail C_SignInit 1 0x5 0\nfail C_GenerateRandom 1 0x5 0");
  EXPECT_EQ(issued(issue("alice01", key_of("k1", "body"))).record.der, issued(first).record.der);
}

TEST_F(IssuanceTest, RefusesARoleThatTheProfileDoesNotName) {
  const auto outcome = service_->issue(call_by(tests::bank_staff()), ask_for("alice01"), std::nullopt);
  ASSERT_TRUE(policy::denied(outcome));
  EXPECT_EQ(policy::denied(outcome)->rule, "role.profile");
}

TEST_F(IssuanceTest, DryRunShowsTheBytesAndSignsNothing) {
  const long before = shim_.calls("C_Sign");
  const auto dry = service_->dry_run(call_by(tests::bank_staff()), ask_for("alice01"));
  EXPECT_FALSE(dry.denial) << dry.denial->rule;
  EXPECT_FALSE(dry.tbs.empty());
  EXPECT_GT(dry.verdicts.size(), 30u);
  EXPECT_EQ(dry.origins.at("validity"), "profile client-auth v1");
  EXPECT_EQ(shim_.calls("C_Sign"), before);
}

}  // namespace
}  // namespace inkan::daemon
