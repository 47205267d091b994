// Passwords, locks and blocks (rules R11 to R19, A08 to A12), as the store keeps them.
#include <thread>

#include "daemon/atomic_file.h"
#include "tests/subscribers/subscriber_fixture.h"

namespace inkan::tests {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class PasswordTest : public SubscriberTest {
 protected:
  void SetUp() override {
    SubscriberTest::SetUp();
    user_ = add_user("taro001").id;
  }
  std::vector<std::string> fail(int times, const std::string& user_id = "taro001") {
    std::vector<std::string> rules;
    for (int i = 0; i < times; ++i) rules.push_back(refusal(user_id, "chigau9"));
    return rules;
  }
  void pass(seconds time) { set_clock(daemon::now() + time); }

  std::string user_;
};

TEST_F(PasswordTest, R19_ARightPasswordLeadsToTheIssuing) {
  const auto enrolment = opened("taro001");
  EXPECT_EQ(enrolment.state, EnrolmentState::authenticated);
  EXPECT_EQ(enrolment.kind, EnrolmentKind::first);
}

TEST_F(PasswordTest, R11_R14_TheSixthWrongOneLocksAndIsMailedOnce) {
  EXPECT_THAT(fail(5), testing::Each("user.authentication"));
  EXPECT_THAT(mails_of(user_), IsEmpty());
  EXPECT_THAT(fail(3), testing::Each("user.locked"));
  EXPECT_EQ(user_state(user_), UserState::locked);
  EXPECT_THAT(mails_of(user_), ElementsAre("locked"));
}

TEST_F(PasswordTest, R12_A11_TheLockEndsByItselfAndSixTriesAreLeft) {
  fail(6);
  const auto locked = std::get<api::UserRecord>(subs().find_user(bank(), user_)).locked_until;
  set_clock(*locked - seconds(1));
  EXPECT_EQ(refusal("taro001"), "user.locked") << "whatever the password";
  set_clock(*locked);
  EXPECT_THAT(fail(5), testing::Each("user.authentication"));
  EXPECT_EQ(refusal("taro001"), "");
}

TEST_F(PasswordTest, R13_R14_A10_TheThirdLockIsABlockWithItsOwnMail) {
  for (int lock = 0; lock < 2; ++lock) {
    fail(6);
    pass(seconds(3600));
  }
  EXPECT_THAT(fail(6), ElementsAre("user.authentication", "user.authentication", "user.authentication",
                                   "user.authentication", "user.authentication", "user.blocked"));
  EXPECT_EQ(user_state(user_), UserState::blocked);
  EXPECT_THAT(mails_of(user_), ElementsAre("locked", "locked", "blocked"));
  pass(std::chrono::days(400));
  EXPECT_EQ(refusal("taro001"), "user.blocked");
}

TEST_F(PasswordTest, R15_AMasterUserReleasesHisGeneralUsersAndR16TheBankHim) {
  const auto ticket = master_ticket();
  fail(6);
  EXPECT_EQ(rule_in(subs().release_user(bank(), user_)), "role.table") << "in the rokin pack";
  EXPECT_EQ(std::get<api::UserRecord>(subs().release_user(master(ticket), user_)).state,
            UserState::registered);
  EXPECT_EQ(refusal("taro001"), "");
  EXPECT_EQ(rule_in(subs().release_user(master(ticket), user_)), "user.not-locked");

  const auto other = add_user("master2", policy::UserKind::master).id;
  for (int i = 0; i < 6; ++i) refusal("master2", "chigau9");
  EXPECT_EQ(rule_in(subs().release_user(master(ticket), other)), "role.table");
  EXPECT_EQ(std::get<api::UserRecord>(subs().release_user(bank(), other)).failures, 0);
}

TEST_F(PasswordTest, R15_NobodyElsesMasterUser) {
  const auto company = std::get<api::OrganisationRecord>(subs().register_organisation(bank(), "別会社")).id;
  const auto stranger =
      std::get<api::UserRecord>(
          subs().create_user(bank(), new_user("master9", policy::UserKind::master, company)))
          .id;
  register_user("master9", "jibun9no");
  const auto shown = enrol("master9", "jibun9no").certificate->record.der;
  const auto ticket = log_in("master9", "jibun9no", shown);
  fail(6);
  EXPECT_THROW(subs().release_user(master(ticket), user_), policy::Error) << "as if he were not there";
  EXPECT_NE(stranger, user_);
}

TEST_F(PasswordTest, R16_EachIsToldWhomToAsk) {
  add_user("master3", policy::UserKind::master);
  for (int lock = 0; lock < 3; ++lock) {
    fail(6);
    fail(6, "master3");
    pass(seconds(3600));
  }
  const auto general = authenticate("taro001"), master = authenticate("master3");
  EXPECT_EQ(std::get<policy::Denial>(general).mend, "ask a master user of the company to release him");
  EXPECT_EQ(std::get<policy::Denial>(master).mend, "ask the bank to release him");
}

TEST_F(PasswordTest, A09_OneCounterForLoginAndIssuing) {
  fail(3);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(rule_in(subs().log_in(web(), {"taro001", "chigau9", "", "", {}}, api::LoginScreen::login)),
              "user.authentication");
  EXPECT_EQ(rule_in(subs().log_in(web(), {"taro001", "chigau9", "", "", {}}, api::LoginScreen::login)),
            "user.locked");
}

TEST_F(PasswordTest, A08_ARightPasswordThatTheGateStopsResetsTheCount) {
  enrol("taro001");
  fail(5);
  EXPECT_EQ(refusal("taro001"), "enrol.already-issued");
  EXPECT_THAT(fail(5), testing::Each("user.authentication"));
}

TEST_F(PasswordTest, A08_TheGateSpeaksAfterARightPasswordOnly) {
  enrol("taro001");
  EXPECT_EQ(refusal("taro001", "chigau9"), "user.authentication");
}

// R18: case counts, of passwords and of user IDs.
TEST_F(PasswordTest, R18_CaseCounts) {
  EXPECT_EQ(refusal("taro001", "Himitsu1"), "user.authentication");
  EXPECT_EQ(refusal("Taro001"), "user.authentication");
  add_user("Taro001");
  EXPECT_EQ(refusal("Taro001"), "");
}

TEST_F(PasswordTest, A11_ManyWrongOnesAtOnceMakeOneLockAndOneMail) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 64; ++i) threads.emplace_back([this] { refusal("taro001", "chigau9"); });
  for (auto& each : threads) each.join();
  EXPECT_EQ(user_state(user_), UserState::locked);
  EXPECT_EQ(std::get<api::UserRecord>(subs().find_user(bank(), user_)).locks, 1);
  EXPECT_THAT(mails_of(user_), ElementsAre("locked"));
  EXPECT_EQ(leaves_of_type("user.lock"), 1);
}

TEST_F(PasswordTest, A12_AnUnknownIdIsToldWhatAWrongPasswordIsAndLocksAlike) {
  const auto tell = [&](const std::string& user_id) {
    std::vector<std::string> told;
    for (int lock = 0; lock < 3; ++lock) {
      for (int i = 0; i < 7; ++i) {
        const auto answer = std::get<policy::Denial>(authenticate(user_id, "chigau9"));
        told.push_back(answer.rule + answer.clause + answer.mend);
      }
      pass(seconds(3600));
    }
    return told;
  };
  const auto known = tell("taro001");
  EXPECT_EQ(tell("nobody1"), known);
  EXPECT_EQ(core_->store.read([](daemon::Database& database) {
    auto rows = database.prepare("SELECT count(*) FROM outbox WHERE kind = 'locked'");
    rows.step();
    return rows.integer(0);
  }),
            2)
      << "no mail about nobody";
}

TEST_F(PasswordTest, A12_CountersOfUnknownIdsOutliveARestart) {
  fail(6, "nobody1");
  close();
  open();
  EXPECT_EQ(refusal("nobody1", "chigau9"), "user.locked");
  const auto key = fixture_.folder() / "state" / "subscribers.key";
  EXPECT_EQ(std::filesystem::status(key).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// What the log and the store may know of a password: nothing.
TEST_F(PasswordTest, PasswordsAndUnknownIdsAreWrittenNowhere) {
  refusal("taro001", "chigau9");
  refusal("nobody1", "chigau9");
  enrol("taro001");
  close();
  for (const auto& file : std::filesystem::recursive_directory_iterator(fixture_.folder() / "state")) {
    if (!file.is_regular_file()) continue;
    const auto text = daemon::read_file(file.path()).value_or("");
    for (const char* secret : {"himitsu1", "chigau9", "nobody1", "jibun2no"})
      EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in " << file.path();
  }
}

TEST_F(PasswordTest, A12_ADeletedUserIsAsOneThatNeverWas) {
  ASSERT_EQ(rule_in(subs().delete_user(master(master_ticket()), user_)), "");
  EXPECT_EQ(refusal("taro001"), "user.authentication") << "with the right password";
  EXPECT_THAT(fail(5), testing::ElementsAre("user.authentication", "user.authentication",
                                            "user.authentication", "user.authentication", "user.locked"));
  EXPECT_THAT(mails_of(user_), IsEmpty());
}

// The time that a new hash takes would tell, while he is locked, that the password was right.
TEST_F(PasswordTest, A12_AHashOfALowerCostIsMadeAnewOnlyAfterASuccess) {
  const auto hash = [&] {
    return core_->store.read([](daemon::Database& database) {
      return daemon::UserRow::find_user_id(database, "taro001")->password;
    });
  };
  fail(6);
  close();
  std::string text = fixture_.config().document;
  text.replace(text.find("password_passes = 1"), 19, "password_passes = 2");
  write_text(fixture_.folder() / "inkand.toml", text);
  open();
  const auto before = hash();
  EXPECT_EQ(refusal("taro001"), "user.locked");
  EXPECT_EQ(hash(), before);
  pass(seconds(3600));
  EXPECT_EQ(refusal("taro001"), "");
  const auto after = hash();
  EXPECT_NE(after, before);
  EXPECT_EQ(refusal("taro001"), "") << "the new one is of the same password";
  EXPECT_EQ(hash(), after) << "and is of the cost that is asked for";
}

TEST_F(PasswordTest, A16_ASessionIsBoundToItsBrowserAndAnotherPasswordEndsItAndWhatWasBegun) {
  master_ticket();
  const auto log_in_by = [&](const std::string& password, const std::string& browser) {
    const auto session =
        subs().log_in(web(), {"master1", password, "", browser, *master_}, api::LoginScreen::login);
    return std::get<api::SessionRecord>(session).ticket;
  };
  const auto rule_of = [&](const std::string& ticket, const std::string& browser) {
    return rule_in(subs().find_session(web(), {ticket, browser}));
  };
  const auto one = log_in_by("jibun2no", "browser-1"), two = log_in_by("jibun2no", "browser-2");
  EXPECT_EQ(rule_of(one, "browser-1"), "");
  EXPECT_EQ(rule_of(one, "browser-2"), "user.ticket");
  EXPECT_EQ(rule_of(one, ""), "user.ticket");
  set_clock(japan(2027, 11, 1));  // he may renew
  const auto three = log_in_by("jibun2no", "browser-3"), four = log_in_by("jibun2no", "browser-4");
  const auto begun = opened("master1", "jibun2no");
  ASSERT_EQ(rule_in(subs().choose_password(web(), {three, "browser-3"}, "jibun2no", "betsu3no")), "");
  EXPECT_EQ(rule_of(three, "browser-3"), "") << "his own goes on";
  EXPECT_EQ(rule_of(four, "browser-4"), "user.ticket");
  EXPECT_EQ(state(begun), EnrolmentState::cancelled);
  EXPECT_EQ(rule_of(two, "browser-2"), "user.ticket");
}

TEST_F(PasswordTest, A16_DeletingEndsSessionsAndWhatWasBegun) {
  const auto ticket = master_ticket();
  set_clock(daemon::now() + seconds(1));
  const auto id = std::get<api::SessionRecord>(subs().find_session(web(), ticket)).user.id;
  const auto begun = opened("taro001");
  ASSERT_EQ(rule_in(subs().delete_user(master(ticket), user_)), "");
  EXPECT_EQ(state(begun), EnrolmentState::cancelled);
  ASSERT_EQ(rule_in(subs().delete_user(bank(), id)), "");
  EXPECT_EQ(rule_in(subs().find_session(web(), ticket)), "user.ticket");
}

TEST_F(PasswordTest, A12_TriesAreLimitedByIdAndByAddress) {
  close();
  std::string text = fixture_.config().document;
  for (const char* key : {"tries_per_id_per_second", "tries_per_address_per_second"}) {
    const auto at = text.find(std::string(key) + " = 100000");
    text.replace(at, std::string(key).size() + 9, std::string(key) + " = 2");
  }
  write_text(fixture_.folder() / "inkand.toml", text);
  open();
  const auto is_limited = [&](const std::string& user_id, const std::string& address) {
    return std::holds_alternative<api::TooOften>(
        subs().open_enrolment(web(), {user_id, "chigau9", address, "", {}}));
  };
  bool limited = false;
  for (int i = 0; i < 20 && !limited; ++i) limited = is_limited("taro001", "192.0.2." + std::to_string(i));
  EXPECT_TRUE(limited) << "one ID from many addresses";
  limited = false;
  for (int i = 0; i < 20 && !limited; ++i) limited = is_limited("nobody" + std::to_string(i), "192.0.2.99");
  EXPECT_TRUE(limited) << "many IDs from one address";
}

}  // namespace
}  // namespace inkan::tests
