// What becomes of certificates that nobody confirmed, and of those that others took over from (A06, A23); and
// who may not revoke a user's certificate (A15).
#include "daemon/atomic_file.h"
#include "policy/x509/certificate.h"
#include "tests/subscribers/subscriber_fixture.h"

namespace inkan::tests {
namespace {

using policy::RevocationReason;
using std::chrono::seconds;

using DefaultEnrolmentTest = DefaultPackTest;

TEST_F(DefaultEnrolmentTest, A23_DecliningRevokesAtOnceAndOpensTheGate) {
  const std::string first = "hajimete-no-1", own = "jibun-no-himitsu-2";
  auto user = new_user("taro-1", policy::UserKind::master);
  user.password = first;
  ASSERT_EQ(rule_in(subs().create_user(bank(), user)), "");
  const auto session = std::get<api::SessionRecord>(
      subs().log_in(web(), {"taro-1", first, "", "", {}}, api::LoginScreen::registration));
  ASSERT_EQ(rule_in(subs().choose_password(web(), {session.ticket, ""}, first, own)), "");
  const auto declined = enrol("taro-1", own);
  EXPECT_EQ(std::get<api::EnrolmentRecord>(subs().decline(web(), declined.id, {declined.ticket, ""})).state,
            EnrolmentState::revoked);
  EXPECT_EQ(
      core_->store.find_certificate(declined.certificate->record.serial, daemon::now())->revocation->reason,
      RevocationReason::cessation_of_operation);

  // And what nobody confirms in time, also over a restart.
  const auto left = enrol("taro-1", own), confirmed_before = left;
  set_clock(*left.confirm_by - seconds(1));
  turn();
  EXPECT_EQ(state(left), EnrolmentState::issued_unconfirmed);
  close();
  set_clock(*left.confirm_by);
  open();
  turn();
  EXPECT_EQ(state(left), EnrolmentState::revoked);
  const auto kept = enrol("taro-1", own);
  ASSERT_EQ(rule_in(subs().confirm(web(), kept.id, {kept.ticket, ""}, {api::Confirmation::How::tls, {}})),
            "");
  set_clock(*kept.confirm_by + std::chrono::days(1));
  turn();
  EXPECT_EQ(state(kept), EnrolmentState::confirmed);
}

// A23 goes by the pack under which a certificate was asked for: another pack revokes none of those before.
using SeedThenDefaultTest = SubscriberTest;

TEST_F(SeedThenDefaultTest, A23_AnotherPackDoesNotJudgeWhatWasIssuedBefore) {
  add_user("taro001");
  const auto enrolment = enrol("taro001");
  EXPECT_FALSE(enrolment.confirm_by) << "nothing depends on it";
  close();
  std::string config = daemon::read_file(fixture_.folder() / "inkand.toml").value_or("");
  config.replace(config.find("pack = \"rokin\""), 14, "pack = \"default\"");
  write_text(fixture_.folder() / "inkand.toml", config);
  set_clock(daemon::now() + std::chrono::days(60));
  open();
  turn();
  EXPECT_EQ(status(enrolment.certificate->record.serial), "valid");
}

class SupersedeTest : public SubscriberTest {
 protected:
  void SetUp() override {
    for (const auto& each : policy::Pack::built_in()) {
      if (each.name != "rokin") continue;
      std::string text = each.document;
      text.replace(text.find("supersede = \"keep\""), 18, supersede());
      write_text(fixture_.folder() / "supersede.toml", text);
    }
    SubscriberTest::SetUp();
    add_user("taro001");
  }
  std::string pack() const override { return "supersede.toml"; }
  virtual std::string supersede() const { return "supersede = \"revoke_on_confirm\""; }
};

class SupersedeAfterTest : public SupersedeTest {
 protected:
  std::string supersede() const override { return "supersede = \"revoke_after\"\nsupersede_days = 14"; }
};

TEST_F(SupersedeTest, A06_ConfirmingTheNewOneRevokesTheOlderAndNeverTheOtherWayRound) {
  const auto old_one = enrol("taro001");
  set_clock(japan(2027, 11, 1));
  const auto new_one = enrol("taro001");
  log_in("taro001", k_password, old_one.certificate->record.der);
  EXPECT_EQ(status(new_one.certificate->record.serial), "valid") << "the old one was confirmed";
  log_in("taro001", k_password, new_one.certificate->record.der);
  EXPECT_EQ(status(old_one.certificate->record.serial), "revoked");
  EXPECT_EQ(status(new_one.certificate->record.serial), "valid");
}

TEST_F(SupersedeAfterTest, A06_TheOlderOneIsRevokedSoManyDaysAfterTheNewerWasConfirmedAlsoOverARestart) {
  const auto old_one = enrol("taro001");
  set_clock(japan(2027, 11, 1));
  const auto new_one = enrol("taro001");
  log_in("taro001", k_password, new_one.certificate->record.der);
  set_clock(japan(2027, 11, 15) - seconds(1));
  turn();
  EXPECT_EQ(status(old_one.certificate->record.serial), "valid");
  close();
  set_clock(japan(2027, 11, 15));
  open();
  turn();
  EXPECT_EQ(status(old_one.certificate->record.serial), "revoked");
  EXPECT_EQ(
      core_->store.find_certificate(old_one.certificate->record.serial, daemon::now())->revocation->reason,
      RevocationReason::superseded);
  EXPECT_EQ(status(new_one.certificate->record.serial), "valid");
}

TEST_F(SupersedeAfterTest, A06_NobodyIsLeftWithoutAnyWhenTheNewerWasRevokedMeanwhile) {
  const auto old_one = enrol("taro001");
  set_clock(japan(2027, 11, 1));
  const auto new_one = enrol("taro001");
  log_in("taro001", k_password, new_one.certificate->record.der);
  ASSERT_EQ(rule_in(service_->revoke(
                call_by(bank_staff()),
                {new_one.certificate->record.serial, RevocationReason::key_compromise, {}}, std::nullopt)),
            "");
  set_clock(japan(2027, 11, 16));
  turn();
  EXPECT_EQ(status(old_one.certificate->record.serial), "valid");
}

using RevokerTest = SubscriberTest;

TEST_F(RevokerTest, A15_TheWebTierDoesNotRevokeAUsersCertificateAndTheBankEndsWhatWasBegun) {
  add_user("taro001");
  const auto serial = enrol("taro001").certificate->record.serial;
  const auto revoke = [&](const policy::Identity& who) {
    return rule_in(
        service_->revoke(call_by(who), {serial, RevocationReason::key_compromise, {}}, std::nullopt));
  };
  EXPECT_EQ(revoke(web_tier()), "revoke.role");
  set_clock(japan(2027, 11, 1));
  const auto begun = opened("taro001");
  EXPECT_EQ(revoke(bank_staff()), "");
  EXPECT_EQ(state(begun), EnrolmentState::cancelled);
}

// Whoever stole the certificate, and has a session open with it, is out at once, by whichever route.
TEST_F(RevokerTest, A16_ARevocationByTheOrdinaryRouteEndsSessionsAndIsMailedWhereThePackDoes) {
  const auto ticket = master_ticket();
  const auto master = std::get<api::SessionRecord>(subs().find_session(web(), ticket)).user.id;
  const auto serial = policy::Certificate::parse(*master_).serial();
  ASSERT_EQ(rule_in(service_->revoke(call_by(bank_staff()), {serial, RevocationReason::key_compromise, {}},
                                     std::nullopt)),
            "");
  EXPECT_EQ(rule_in(subs().find_session(web(), ticket)), "user.ticket");
  turn();
  EXPECT_THAT(mails_of(master), testing::IsEmpty()) << "in the rokin pack";
}

TEST_F(DefaultEnrolmentTest, A21_EachRevocationIsMailedOnceByWhicheverRoute) {
  const std::string first = "hajimete-no-1", own = "jibun-no-himitsu-2";
  auto user = new_user("taro-1", policy::UserKind::master);
  user.password = first;
  const auto id = std::get<api::UserRecord>(subs().create_user(bank(), user)).id;
  const auto session = std::get<api::SessionRecord>(
      subs().log_in(web(), {"taro-1", first, "", "", {}}, api::LoginScreen::registration));
  ASSERT_EQ(rule_in(subs().choose_password(web(), {session.ticket, ""}, first, own)), "");
  const auto revoked_mails = [&] {
    turn();
    const auto all = mails_of(id);
    return std::count(all.begin(), all.end(), "revoked");
  };
  const auto serial = enrol("taro-1", own).certificate->record.serial;
  ASSERT_EQ(rule_in(service_->revoke(call_by(bank_staff()), {serial, RevocationReason::certificate_hold, {}},
                                     std::nullopt)),
            "");
  EXPECT_EQ(revoked_mails(), 0) << "a hold is no revocation";
  ASSERT_EQ(rule_in(service_->revoke(call_by(bank_staff()), {serial, RevocationReason::key_compromise, {}},
                                     std::nullopt)),
            "");
  EXPECT_EQ(revoked_mails(), 1);
  const auto declined = enrol("taro-1", own);
  ASSERT_EQ(rule_in(subs().decline(web(), declined.id, {declined.ticket, ""})), "");
  EXPECT_EQ(revoked_mails(), 2);
  enrol("taro-1", own);
  ASSERT_EQ(rule_in(subs().revoke_certificates(bank(), id, {"2026-0042", RevocationReason::superseded, {}})),
            "");
  EXPECT_EQ(revoked_mails(), 3);
  EXPECT_EQ(revoked_mails(), 3);
}

}  // namespace
}  // namespace inkan::tests
