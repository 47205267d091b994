// The one-time code by mail, between screens ④ and ⑤, where a pack asks for it.
#include <regex>

#include "daemon/atomic_file.h"
#include "tests/subscribers/subscriber_fixture.h"

namespace inkan::tests {
namespace {

class SecondFactorTest : public SubscriberTest {
 protected:
  void SetUp() override {
    for (const auto& each : policy::Pack::built_in()) {
      if (each.name != "rokin") continue;
      std::string text = each.document;
      text.replace(text.find("second_factor = \"none\""), 22, "second_factor = \"mail-code\"");
      write_text(fixture_.folder() / "factor.toml", text);
    }
    SubscriberTest::SetUp();
    ASSERT_EQ(rule_in(subs().create_user(bank(), new_user("taro001", policy::UserKind::master))), "");
    register_user("taro001", "jibun2no");
  }
  std::string pack() const override { return "factor.toml"; }
  // Of the newest mail: its name has the number of its row.
  std::string mailed_code() {
    service_->subscriber_jobs()->outbox()->turn();
    std::filesystem::path newest;
    for (const auto& file : std::filesystem::directory_iterator(fixture_.folder() / "mail"))
      newest = std::max(newest, file.path());
    const auto mail = daemon::read_file(newest).value_or("");
    auto base64 = mail.substr(mail.find("\r\n\r\n") + 4);
    std::erase_if(base64, [](char c) { return c == '\r' || c == '\n'; });
    const auto octets = policy::from_base64(base64).value_or(policy::Bytes{});
    const std::string text(octets.begin(), octets.end());
    std::smatch found;
    return std::regex_search(text, found, std::regex(": ([0-9]{6})\n")) ? found[1].str() : "";
  }
  std::string enter(const api::EnrolmentRecord& enrolment, const std::string& code) {
    return rule_in(subs().enter_code(web(), enrolment.id, {enrolment.ticket, ""}, code));
  }
};

TEST_F(SecondFactorTest, TheMailedCodeComesBeforeTheCertificate) {
  const auto enrolment = opened("taro001", "jibun2no");
  EXPECT_TRUE(enrolment.code_asked);
  const auto key = test::make_p256_key();
  EXPECT_EQ(rule_in(issue(enrolment, key)), "enrol.code");
  const auto code = mailed_code();
  ASSERT_EQ(code.size(), 6u);
  EXPECT_EQ(enter(enrolment, code == "000000" ? "000001" : "000000"), "enrol.code");
  EXPECT_EQ(enter(enrolment, code), "");
  EXPECT_EQ(rule_in(issue(enrolment, key)), "");
}

TEST_F(SecondFactorTest, TheFifthWrongOneCancelsAndACodeFitsNoOtherEnrolment) {
  const auto first = opened("taro001", "jibun2no");
  const auto code = mailed_code();
  const auto second = opened("taro001", "jibun2no");
  ASSERT_NE(mailed_code(), code);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(enter(second, code), "enrol.code");
  EXPECT_EQ(state(second), EnrolmentState::cancelled);
  EXPECT_EQ(enter(first, code), "");
}

// Else whoever has the password would guess on, five codes at a time.
TEST_F(SecondFactorTest, WrongCodesCountAsWrongPasswordsDo) {
  const auto first = opened("taro001", "jibun2no");
  const std::string wrong = mailed_code() == "000000" ? "000001" : "000000";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(enter(first, wrong), "enrol.code");
  const auto second = opened("taro001", "jibun2no");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(enter(second, wrong), "enrol.code");
  EXPECT_EQ(enter(second, wrong), "user.locked");
  EXPECT_EQ(refusal("taro001", "jibun2no"), "user.locked");
}

// What the password alone opens must not set the count back: neither a login that wants the certificate, nor
// a change of the password.
TEST_F(SecondFactorTest, A09_ALoginWithoutTheCertificateResetsNothing) {
  std::string rule;
  for (int round = 0; round < 2; ++round) {
    const auto enrolment = opened("taro001", "jibun2no");
    const std::string wrong = mailed_code() == "000000" ? "000001" : "000000";
    for (int i = 0; i < 3; ++i) rule = enter(enrolment, wrong);
    if (round == 0) {
      EXPECT_EQ(rule_in(subs().log_in(web(), {"taro001", "jibun2no", "", "", {}}, api::LoginScreen::login)),
                "login.certificate");
    }
  }
  EXPECT_EQ(rule, "user.locked");
}

TEST_F(SecondFactorTest, A09_ALoginWithTheCertificateResetsTheCount) {
  const auto enrolment = opened("taro001", "jibun2no");
  ASSERT_EQ(enter(enrolment, mailed_code()), "");
  const auto issued = issue(enrolment, test::make_p256_key());
  const auto shown = std::get<api::EnrolmentRecord>(issued).certificate->record.der;
  for (int i = 0; i < 5; ++i) refusal("taro001", "chigau9");
  const auto ticket = log_in("taro001", "jibun2no", shown);
  EXPECT_EQ(std::get<api::SessionRecord>(subs().find_session(web(), ticket)).user.failures, 0);
}

TEST_F(SecondFactorTest, NoCodeIsInTheStoreAndNoLateOneIsMailed) {
  const auto enrolment = opened("taro001", "jibun2no");
  core_->store.read([&](daemon::Database& database) {
    auto rows = database.prepare("SELECT parameters FROM outbox WHERE kind = 'code'");
    ASSERT_TRUE(rows.step());
    EXPECT_EQ(rows.text(0), "{\"enrolment\":\"" + enrolment.id + "\"}");
  });
  set_clock(daemon::now() + std::chrono::minutes(10));
  service_->subscriber_jobs()->outbox()->turn();
  EXPECT_FALSE(std::filesystem::exists(fixture_.folder() / "mail"));
}

}  // namespace
}  // namespace inkan::tests
