// Mails that fall due by time, and the outbox (rules R04, R06, R14, A03, A04, A21).
#include "tests/subscribers/subscriber_fixture.h"

namespace inkan::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MailTest : public SubscriberTest {
 protected:
  void SetUp() override {
    SubscriberTest::SetUp();
    user_ = add_user("taro001").id;
    master_ticket();
  }
  void at(policy::Instant when) {
    set_clock(when);
    turn();
  }
  std::string user_;
};

TEST_F(MailTest, R04_A03_ThirtyDaysBeforeAtNineInTheMorningOnce) {
  enrol("taro001");
  at(japan(2027, 10, 24, 8, 59, 59));
  EXPECT_THAT(mails_of(user_), IsEmpty());
  at(japan(2027, 10, 24, 9));
  at(japan(2027, 10, 25, 9));
  EXPECT_THAT(mails_of(user_), ElementsAre("renewal-30d"));
}

TEST_F(MailTest, R06_TheDayAfterExpiryOnce) {
  enrol("taro001");
  at(japan(2027, 10, 24, 9));
  at(japan(2027, 11, 24, 8, 59));
  EXPECT_THAT(mails_of(user_), ElementsAre("renewal-30d"));
  at(japan(2027, 11, 24, 9));
  at(japan(2028, 11, 24, 9));
  EXPECT_THAT(mails_of(user_), ElementsAre("renewal-30d", "expired"));
}

TEST_F(MailTest, A03_WhoeverWasDownCatchesUpButSaysNothingOfRenewalAfterExpiry) {
  enrol("taro001");
  close();
  set_clock(japan(2027, 11, 10));
  open();
  turn();
  EXPECT_THAT(mails_of(user_), ElementsAre("renewal-30d"));
  const auto late = add_user("jiro002").id;
  enrol("jiro002");
  close();
  set_clock(japan(2029, 3, 1));
  open();
  turn();
  EXPECT_THAT(mails_of(late), ElementsAre("expired"));
}

TEST_F(MailTest, A04_NoneForWhoRenewed) {
  enrol("taro001");
  at(japan(2027, 10, 24));
  enrol("taro001");
  at(japan(2027, 10, 24, 9));
  at(japan(2027, 11, 24, 9));
  EXPECT_THAT(mails_of(user_), IsEmpty());
}

TEST_F(MailTest, A04_NoneForWhatWasRevokedNorForWhoWasDeleted) {
  enrol("taro001");
  subs().revoke_certificates(bank(), user_, {"1", policy::RevocationReason::superseded, {}});
  const auto other = add_user("jiro002").id;
  enrol("jiro002");
  ASSERT_EQ(rule_in(subs().delete_user(master(master_ticket()), other)), "");
  at(japan(2027, 10, 24, 9));
  at(japan(2027, 11, 24, 9));
  EXPECT_THAT(mails_of(user_), IsEmpty());
  EXPECT_THAT(mails_of(other), IsEmpty());
}

TEST_F(MailTest, A04_BlockedUsersAreTold) {
  enrol("taro001");
  for (int lock = 0; lock < 3; ++lock) {
    for (int i = 0; i < 6; ++i) refusal("taro001", "chigau9");
    set_clock(daemon::now() + std::chrono::hours(1));
  }
  at(japan(2027, 10, 24, 9));
  EXPECT_THAT(mails_of(user_), ElementsAre("locked", "locked", "blocked", "renewal-30d"));
}

TEST_F(MailTest, EachEndIsInTheLog) {
  enrol("taro001");
  at(japan(2027, 10, 24, 9));
  EXPECT_EQ(leaves_of_type("notify.sent"), 2) << "his, and the master user's";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(fixture_.folder() / "mail"), {}), 2);
}

TEST_F(MailTest, ALeaseThatRanOutIsAnothers) {
  enrol("taro001");
  set_clock(japan(2027, 10, 24, 9));
  service_->subscriber_jobs()->turn();
  const auto lease = [&](const std::string& by) {
    return core_->writer->write([&](daemon::Writing& w) {
      return daemon::OutboxRow::lease(w.database(), by, w.now(), w.now() + std::chrono::minutes(15), 10);
    });
  };
  const auto first = lease("one");
  ASSERT_EQ(first.size(), 2u);
  EXPECT_THAT(lease("two"), IsEmpty());
  set_clock(japan(2027, 10, 24, 9, 15));
  const auto second = lease("two");
  ASSERT_EQ(second.size(), 2u);
  core_->writer->write([&](daemon::Writing& w) {
    EXPECT_FALSE(first[0].end(w.database(), "one", true, "", w.now())) << "too late";
    EXPECT_TRUE(second[0].end(w.database(), "two", true, "", w.now()));
  });
}

// RFC 2047 §5: a word is decoded by itself, so none ends within a character.
TEST(MailMessage, R14_HasASubjectOfWholeCharacters) {
  for (std::size_t ascii = 0; ascii < 60; ++ascii) {
    const std::string subject = std::string(ascii, 'x') + "【重要】ユーザーIDがロックされました（太郎 様）";
    const auto message = daemon::to_message(
        {"taro@example.jp", "<1@example.jp>", japan(2026, 11, 23), {subject, "text\n"}}, "ca@example.jp");
    std::string all;
    for (auto at = message.find("=?UTF-8?B?"); at != std::string::npos;
         at = message.find("=?UTF-8?B?", at + 1)) {
      const auto text = message.substr(at + 10, message.find("?=", at) - at - 10);
      EXPECT_LE(text.size() + 12, 75u);
      const auto octets = policy::from_base64(text).value_or(policy::Bytes{});
      EXPECT_NO_THROW(nlohmann::json(std::string(octets.begin(), octets.end())).dump()) << ascii;
      all.append(octets.begin(), octets.end());
    }
    EXPECT_EQ(all, subject);
  }
}

TEST(MailMessage, R14_HasASubjectWhateverItsOctetsAre) {
  for (const char octet : {'\x80', '\xe3', '\x8d'}) {
    const std::string subject(200, octet);
    const auto message = daemon::to_message(
        {"taro@example.jp", "<1@example.jp>", japan(2026, 11, 23), {subject, "text\n"}}, "ca@example.jp");
    EXPECT_LT(message.size(), 2000u);
  }
}

}  // namespace
}  // namespace inkan::tests
