// Logins, what a browser shows at them, and the first registration (rules R02, R05, R23, R24, A18, A23).
#include "policy/x509/certificate.h"
#include "tests/subscribers/subscriber_fixture.h"

namespace inkan::tests {
namespace {

using std::chrono::seconds;
using LoginTest = OneUserTest;

TEST_F(LoginTest, R02_R05_A18_A23_ALoginTakesAValidCertificateOfTheUsersAndConfirmsIt) {
  const auto first = enrol("taro001");
  const auto login = [&](std::optional<policy::Bytes> shown) {
    return rule_in(
        subs().log_in(web(), {"taro001", k_password, "", "", std::move(shown)}, api::LoginScreen::login));
  };
  EXPECT_EQ(login(std::nullopt), "login.certificate");
  EXPECT_EQ(login(foreign().der), "login.certificate");
  EXPECT_EQ(state(first), EnrolmentState::issued_unconfirmed);
  EXPECT_EQ(login(first.certificate->record.der), "");
  EXPECT_EQ(state(first), EnrolmentState::confirmed);
  set_clock(japan(2027, 11, 1));
  const auto second = enrol("taro001");
  EXPECT_EQ(login(second.certificate->record.der), "") << "the new one";
  EXPECT_EQ(login(first.certificate->record.der), "") << "and the old one, while it is valid";
  set_clock(japan(2027, 11, 24));
  EXPECT_EQ(login(first.certificate->record.der), "login.certificate") << "R02: expired";
  EXPECT_EQ(login(second.certificate->record.der), "");
  // Twice locked and then blocked: the certificate is still a certificate.
  for (int lock = 0; lock < 3; ++lock) {
    for (int i = 0; i < 6; ++i) refusal("taro001", "chigau9");
    set_clock(daemon::now() + seconds(3600));
  }
  EXPECT_EQ(login(second.certificate->record.der), "user.blocked");
  EXPECT_EQ(status(second.certificate->record.serial), "valid");
}

TEST_F(LoginTest, R23_WhatABrowserShowsIsJudgedBeforeAnyPassword) {
  const auto own = enrol("taro001").certificate->record.der;
  EXPECT_EQ(subs().judge_shown(own).status, "valid");
  EXPECT_EQ(subs().judge_shown(own).user, user_);
  EXPECT_EQ(subs().judge_shown(foreign().der).status, "foreign");
  auto forged = own;
  forged.back() ^= 1;
  EXPECT_EQ(subs().judge_shown(forged).status, "foreign");
  revoke();
  EXPECT_EQ(subs().judge_shown(own).status, "revoked");
}

TEST_F(LoginTest, R24_AMasterUserRegistersFirst) {
  add_user("master7", policy::UserKind::master);
  EXPECT_EQ(refusal("master7"), "user.first-password");
  EXPECT_EQ(
      rule_in(subs().log_in(web(), {"taro001", k_password, "", "", {}}, api::LoginScreen::registration)),
      "user.registered")
      << "a general user's first registration is his first certificate";
  const auto session = std::get<api::SessionRecord>(
      subs().log_in(web(), {"master7", k_password, "", "", {}}, api::LoginScreen::registration));
  EXPECT_TRUE(session.choose_password);
  const api::Ticket ticket{session.ticket, ""};
  EXPECT_EQ(rule_in(subs().create_user(master(ticket), new_user("hanako1", policy::UserKind::general))),
            "user.first-password")
      << "the session is good for nothing else";
  EXPECT_EQ(rule_in(subs().choose_password(web(), ticket, k_password, k_password)), "user.same-password");
  EXPECT_EQ(rule_in(subs().choose_password(web(), ticket, "chigau9", "jibun2no")), "user.authentication");
  const auto chosen =
      std::get<api::UserRecord>(subs().choose_password(web(), ticket, k_password, "jibun2no"));
  EXPECT_EQ(chosen.state, UserState::active);
  EXPECT_TRUE(chosen.own_password);
  EXPECT_EQ(rule_in(subs().create_user(master(ticket), new_user("hanako1", policy::UserKind::general))),
            "user.ticket")
      << "without a certificate he is not logged in";
  EXPECT_EQ(refusal("master7", "jibun2no"), "");
  EXPECT_EQ(refusal("master7"), "user.authentication");
}

TEST_F(LoginTest, R24_AGeneralUsersFirstCertificateIsHisFirstRegistration) {
  EXPECT_EQ(user_state(user_), UserState::registered);
  enrol("taro001");
  EXPECT_EQ(user_state(user_), UserState::active);
}

}  // namespace
}  // namespace inkan::tests
