#include "daemon/metrics/page.h"

#include <gmock/gmock.h>

#include "tests/support/authority_fixture.h"
#include "tests/support/outside.h"

namespace inkan::daemon {
namespace {

using tests::ask_for;
using tests::call_by;
using tests::web_tier;

class MetricsPage : public testing::Test {
 protected:
  void SetUp() override {
    fixture_.set_up();
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
    before_ = samples();
  }
  void TearDown() override {
    shim_.rules("");
    service_.reset();
    core_->tokens.close();
  }

  std::map<std::string, double> samples() {
    std::map<std::string, double> all;
    std::istringstream lines(service_->metrics());
    for (std::string line; std::getline(lines, line);)
      if (!line.starts_with('#'))
        all[line.substr(0, line.rfind(' '))] = std::stod(line.substr(line.rfind(' ')));
    return all;
  }
  double value(const std::string& sample) {
    const auto all = samples();
    const auto at = all.find(sample);
    if (at == all.end()) ADD_FAILURE() << "the page has no " << sample;
    return at == all.end() ? -1 : at->second;
  }
  double grown(const std::string& sample) { return value(sample) - before_[sample]; }
  double issuance(const std::string& outcome, const std::string& profile = "client-auth") {
    return grown("inkan_issuance_total{profile=\"" + profile + "\",outcome=\"" + outcome + "\"}");
  }
  api::Outcome<api::IssuedCertificate> issue(const std::string& name,
                                             const std::string& profile = "client-auth",
                                             std::chrono::milliseconds time = std::chrono::seconds(20)) {
    return service_->issue(call_by(web_tier(), time), ask_for(name, profile),
                           tests::key_of(name, name + profile));
  }

  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<Service> service_;
  std::map<std::string, double> before_;
};

TEST_F(MetricsPage, PassesPrometheussOwnLinter) {
  issue("alice01");
  const test::TemporaryFolder folder;
  const auto verdict =
      test::run({"sh", "-c", "promtool check metrics <" + folder.write("page", service_->metrics())});
  EXPECT_EQ(verdict.status, 0) << verdict.output;
  EXPECT_EQ(verdict.output, "");
}

TEST_F(MetricsPage, CountsEachCertificateOnceByHowItEnded) {
  issue("alice01");
  issue("alice01");  // a retry, answered from the store
  EXPECT_EQ(issuance("issued"), 1);
  EXPECT_EQ(grown("inkan_issuance_duration_seconds_count"), 1);

  issue("bob0001", "no-such-profile");
  issue("dave001", "another\"one");
  EXPECT_EQ(issuance("denied", "unknown"), 2) << "callers do not choose labels";
  issue("root", "root-ca");
  EXPECT_EQ(issuance("denied", "root-ca"), 1);

  shim_.rules("hang C_Sign 1");
  EXPECT_THROW(issue("carol01", "client-auth", std::chrono::milliseconds(300)), policy::Error);
  EXPECT_EQ(issuance("possibly_signed"), 1);
  EXPECT_EQ(value("inkan_token_calls_stuck{token=\"ca\"}"), 1);
  EXPECT_EQ(value("inkan_token_state{token=\"ca\",state=\"degraded\"}"), 1);
  shim_.rules("");
  EXPECT_EQ(issuance("issued"), 1);
  EXPECT_EQ(issuance("failed"), 0);
}

TEST_F(MetricsPage, CountsAsFailedWhatTheTokenDidNotSignBeforeOrAfterTheIntent) {
  shim_.rules("fail C_SignInit 1 0x5 0");
  EXPECT_THROW(issue("alice01", "client-auth", std::chrono::seconds(2)), policy::Error);
  EXPECT_EQ(issuance("failed"), 1);
  core_->tokens.close();  // no serial number can be drawn
  for (int i = 0; i < 200; ++i)
    EXPECT_THROW(issue("alice" + std::to_string(i), "client-auth"), policy::Error);
  EXPECT_EQ(issuance("failed"), 201);
  EXPECT_EQ(value("inkan_token_state{token=\"ca\",state=\"absent\"}"), 1);
  EXPECT_EQ(value("inkan_token_state{token=\"ca\",state=\"ready\"}"), 0);
}

TEST_F(MetricsPage, CountsTheTokensSignatures) {
  for (const auto* name : {"alice01", "bob0001"}) issue(name);
  EXPECT_EQ(grown("inkan_key_signatures_total{token=\"ca\",key=\"inkan/ca/issuing\"}"), 2);
  EXPECT_EQ(grown("inkan_token_sign_duration_seconds_count{token=\"ca\"}"), 2);
  EXPECT_EQ(grown("inkan_token_sign_duration_seconds_count{token=\"ledger\"}"), 0);
  EXPECT_EQ(value("inkan_token_logins_total{token=\"ca\"}"), 1);
}

TEST_F(MetricsPage, TellsHowFarLedgerAndCrlsAreBehind) {
  core_->checkpoints.publish();
  EXPECT_EQ(value("inkan_ledger_lag_leaves"), 0);
  const auto record = std::get<api::IssuedCertificate>(issue("alice01")).record;
  EXPECT_EQ(value("inkan_ledger_lag_leaves"), 2);
  EXPECT_EQ(value("inkan_ledger_leaves"), value("inkan_ledger_checkpoint_leaves") + 2);
  EXPECT_LT(value("inkan_ledger_checkpoint_age_seconds"), 20);

  const auto unpublished = "inkan_revocation_unpublished_age_seconds{authority=\"issuing\"}";
  core_->crls.publish_due();
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // CRLs tell time in seconds
  EXPECT_EQ(value(unpublished), 0);
  const double number = value("inkan_crl_number{authority=\"issuing\"}");
  service_->revoke(call_by(tests::bank_staff()),
                   {record.serial, policy::RevocationReason::superseded, std::nullopt}, std::nullopt);
  service_->revoke(call_by(tests::bank_staff()),
                   {record.serial, policy::RevocationReason::superseded, std::nullopt}, std::nullopt);
  EXPECT_EQ(grown("inkan_revocations_total{reason=\"superseded\"}"), 1) << "again is no revocation";
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_GE(value(unpublished), 1);
  core_->crls.publish_due();
  EXPECT_EQ(value(unpublished), 0);
  EXPECT_EQ(value("inkan_crl_number{authority=\"issuing\"}"), number + 1);
  EXPECT_GT(value("inkan_crl_next_update_timestamp_seconds{authority=\"issuing\"}"),
            static_cast<double>(to_seconds(now())));
}

}  // namespace
}  // namespace inkan::daemon
