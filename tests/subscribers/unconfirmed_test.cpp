// What becomes of certificates that nobody confirmed, and of those that others took over from (A06, A23); and
// who may not revoke a user's certificate (A15).
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

class SupersedeTest : public SubscriberTest {
 protected:
  void SetUp() override {
    for (const auto& each : policy::Pack::built_in()) {
      if (each.name != "rokin") continue;
      std::string text = each.document;
      text.replace(text.find("supersede = \"keep\""), 18, "supersede = \"revoke_on_confirm\"");
      write_text(fixture_.folder() / "supersede.toml", text);
    }
    SubscriberTest::SetUp();
    add_user("taro001");
  }
  std::string pack() const override { return "supersede.toml"; }
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

}  // namespace
}  // namespace inkan::tests
