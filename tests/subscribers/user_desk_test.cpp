// What the staff sees of users, and what is written of those who ask for more than their role may.
#include <ctime>
#include <functional>

#include "daemon/atomic_file.h"
#include "tests/subscribers/subscriber_fixture.h"

namespace inkan::tests {
namespace {

using policy::RevocationReason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class UserDeskTest : public SubscriberTest {
 protected:
  void SetUp() override {
    SubscriberTest::SetUp();
    user_ = add_user("taro001").id;
  }
  std::vector<nlohmann::json> refusals() {
    std::vector<nlohmann::json> all;
    for (const auto& entry : core_->store.leaves(0, 100'000)) {
      auto leaf = nlohmann::json::parse(entry.leaf);
      if (leaf.at("type") == "request.denied") all.push_back(std::move(leaf));
    }
    return all;
  }
  std::vector<std::string> history() {
    return std::get<api::HistoryPage>(subs().history(bank(), user_, {})).leaves;
  }

  std::string user_;
};

TEST_F(UserDeskTest, A15_WhatTheRoleTableRefusesIsInTheLogWithWhoAskedAndInTheUsersHistory) {
  const auto ticket = master_ticket();
  const auto by = std::get<api::SessionRecord>(subs().find_session(web(), ticket)).user.id;
  EXPECT_EQ(rule_in(subs().revoke_certificates(master(ticket), user_,
                                               {"2026-0042", RevocationReason::superseded, {}})),
            "role.table");
  ASSERT_EQ(refusals().size(), 1u);
  EXPECT_EQ(refusals().front().at("detail"), nlohmann::json({{"by", by},
                                                             {"clause", "policy pack rokin v1"},
                                                             {"op", "user-revoke"},
                                                             {"rule", "role.table"},
                                                             {"user_ref", user_}}));
  EXPECT_EQ(nlohmann::json::parse(history().back()), refusals().front());

  // Looking is refused too, and what names no user yet.
  EXPECT_EQ(rule_in(subs().history(master(ticket), user_, {})), "role.table");
  EXPECT_EQ(rule_in(subs().user_enrolments(master(ticket), user_)), "role.table");
  EXPECT_EQ(rule_in(subs().register_organisation(master(ticket), "別会社")), "role.table");
  EXPECT_EQ(rule_in(subs().create_user(bank(), new_user("jiro001", policy::UserKind::general))),
            "role.table");
  ASSERT_EQ(refusals().size(), 5u);
  EXPECT_EQ(refusals()[3].at("detail").at("op"), "organisation-create");
  EXPECT_EQ(
      refusals()[4].at("detail"),
      nlohmann::json({{"clause", "policy pack rokin v1"}, {"op", "user-create"}, {"rule", "role.table"}}));
  EXPECT_EQ(refusals()[4].at("actor").at("id"), "bank-1");
}

TEST_F(UserDeskTest, OfASessionThatIsOverNoLeafIsWritten) {
  const auto ticket = master_ticket();
  subs().log_out(web(), ticket);
  const auto leaves = core_->store.leaves(0, 100'000).size();
  EXPECT_EQ(rule_in(subs().release_user(master(ticket), user_)), "user.ticket");
  EXPECT_EQ(rule_in(subs().find_user(master({"guessed", ""}), user_)), "user.ticket");
  EXPECT_EQ(core_->store.leaves(0, 100'000).size(), leaves);
}

TEST_F(UserDeskTest, TheStaffSeesAUsersEnrolmentsWithoutWhatOnlyHisBrowserKnows) {
  const auto issued = enrol("taro001");
  set_clock(japan(2027, 11, 1));
  const auto begun = opened("taro001");
  const auto seen = std::get<std::vector<api::UserEnrolment>>(subs().user_enrolments(bank(), user_));
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].id, begun.id);
  EXPECT_EQ(seen[0].kind, EnrolmentKind::renew);
  EXPECT_EQ(seen[0].state, EnrolmentState::authenticated);
  EXPECT_FALSE(seen[0].serial);
  EXPECT_EQ(seen[1].id, issued.id);
  EXPECT_EQ(seen[1].state, EnrolmentState::issued_unconfirmed);
  EXPECT_EQ(seen[1].serial, issued.certificate->record.serial);
  EXPECT_EQ(seen[1].confirm_by, issued.confirm_by);
  EXPECT_THROW(subs().user_enrolments(bank(), "no such"), policy::Error);
}

class NobodyEnrolsTest : public SubscriberTest {
 protected:
  void SetUp() override {
    for (const auto& each : policy::Pack::built_in()) {
      if (each.name != "rokin") continue;
      std::string text = each.document;
      text.replace(text.find("general-user = [\"enrol\"]"), 24, "general-user = []");
      write_text(fixture_.folder() / "masters.toml", text);
    }
    SubscriberTest::SetUp();
  }
  std::string pack() const override { return "masters.toml"; }
};

TEST_F(NobodyEnrolsTest, A15_TheRoleTableSaysWhoEnrols) {
  add_user("taro001");  // by a master user, who has enrolled
  EXPECT_EQ(refusal("taro001"), "role.table");
  EXPECT_EQ(refusal("taro001", "chigau9"), "user.authentication") << "after a right password only (A08)";
}

TEST_F(UserDeskTest, OneDamagedRowStopsNoOtherJob) {
  const auto ticket = master_ticket();
  enrol("taro001");
  core_->writer->write([](daemon::Writing& w) {
    w.database()
        .prepare(
            "UPDATE enrolments SET notice_at = 1, serial = x'00' WHERE user IN (SELECT id FROM users "
            "WHERE user_id = 'taro001')")
        .run();
  });
  set_clock(daemon::now() + std::chrono::hours(1));
  EXPECT_THROW(service_->subscriber_jobs()->turn(), policy::Error);
  core_->store.read([](daemon::Database& database) {
    auto rows = database.prepare("SELECT count(*) FROM sessions");
    ASSERT_TRUE(rows.step());
    EXPECT_EQ(rows.integer(0), 0) << "sessions that are over still go";
  });
}

TEST_F(UserDeskTest, R15_AMasterUserSeesNoFellowMasterInTheListEither) {
  const auto ticket = master_ticket();
  const auto fellow = add_user("hanako1", policy::UserKind::master).id;
  add_user("jiro002");
  EXPECT_EQ(rule_in(subs().find_user(master(ticket), fellow)), "role.table");
  const auto listed = [&](const api::Acting& who, const api::UserFilter& filter) {
    std::vector<std::string> ids;
    const auto page = std::get<api::UserPage>(subs().find_users(who, filter));
    for (const auto& each : page.items) ids.push_back(each.user_id);
    return ids;
  };
  EXPECT_THAT(listed(master(ticket), {}), ElementsAre("jiro002", "taro001"));
  EXPECT_THAT(listed(master(ticket), {{}, "hanako1", "", 100}), ElementsAre());
  EXPECT_THAT(listed(master(ticket), {{}, "taro001", "", 100}), ElementsAre("taro001"));
  EXPECT_THAT(listed(bank(), {}), ElementsAre("hanako1", "jiro002", "master1", "taro001"));
  const auto page = std::get<api::UserPage>(subs().find_users(master(ticket), {{}, {}, "", 1}));
  EXPECT_EQ(page.next, "jiro002") << "the page is full of those that he may see";
}

TEST_F(UserDeskTest, AHistoryIsReadPageByPage) {
  for (int i = 0; i < 5; ++i) refusal("taro001", "chigau9");
  enrol("taro001");
  subs().revoke_certificates(bank(), user_, {"1", RevocationReason::superseded, {}});
  const auto whole = history();
  ASSERT_GT(whole.size(), 8u);
  for (const int limit : {1, 2, 3, static_cast<int>(whole.size())}) {
    std::vector<std::string> all;
    api::HistoryFilter filter{0, limit};
    for (std::optional<policy::LeafIndex> next = 0; next;) {
      filter.begin = *next;
      const auto page = std::get<api::HistoryPage>(subs().history(bank(), user_, filter));
      EXPECT_LE(page.leaves.size(), static_cast<std::size_t>(limit));
      ASSERT_FALSE(page.leaves.empty()) << "no page is there for nothing";
      all.insert(all.end(), page.leaves.begin(), page.leaves.end());
      next = page.next;
    }
    EXPECT_EQ(all, whole) << limit;
  }
}

TEST_F(UserDeskTest, WhoWouldBeRegisteredIsJudgedAndNothingIsWritten) {
  const auto ticket = master_ticket();
  const auto leaves = [&] { return core_->store.leaves(0, 100'000).size(); };
  const auto before = leaves();
  const auto wanted = new_user("jiro002", policy::UserKind::general);
  const auto would = std::get<api::UserRecord>(subs().would_create_user(master(ticket), wanted));
  EXPECT_EQ(would.id, "");
  EXPECT_EQ(would.user_id, "jiro002");
  EXPECT_EQ(would.organisation, organisation_);
  EXPECT_EQ(would.state, UserState::registered);
  EXPECT_EQ(rule_in(subs().would_create_user(master(ticket), new_user("taro001", wanted.kind))),
            "user.exists");
  EXPECT_THROW(subs().would_create_user(bank(), new_user("a1", policy::UserKind::master, "no such")),
               policy::Error);
  EXPECT_THROW(subs().would_create_user(master(ticket), new_user("jiro002", wanted.kind, "another's")),
               policy::Error);
  EXPECT_EQ(leaves(), before);
  EXPECT_EQ(rule_in(subs().would_create_user(bank(), wanted)), "role.table");
  ASSERT_EQ(leaves(), before + 1) << "what the role table refuses is told";
  EXPECT_EQ(refusals().back().at("detail").at("op"), "user-create");
  EXPECT_EQ(rule_in(subs().create_user(master(ticket), wanted)), "") << "the ID was still free";
}

// Of this thread: what others do on the machine does not count.
std::clock_t time_of(const std::function<void()>& work) {
  const auto used = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1'000'000 + time.tv_nsec / 1000;
  };
  const auto before = used();
  work();
  return used() - before;
}

class DearPasswordTest : public UserDeskTest {
 protected:
  int memory_kib() const override { return 64 << 10; }
};

TEST_F(DearPasswordTest, ARefusedCallCostsNoHash) {
  const auto ticket = master_ticket();
  const auto fellow = add_user("hanako1", policy::UserKind::master).id;
  const auto password = api::UserChange{{}, {}, "himitsu2"};
  const auto dear = time_of([&] { subs().change_user(master(ticket), user_, password); });
  const auto expect_cheap = [&](const char* what, const std::function<void()>& work) {
    EXPECT_LT(time_of(work), dear / 2) << what;
  };
  expect_cheap("role", [&] {
    EXPECT_EQ(rule_in(subs().change_user(master(ticket), fellow, password)), "role.table");
  });
  expect_cheap("nobody",
               [&] { EXPECT_THROW(subs().change_user(master(ticket), "nobody", password), policy::Error); });
  expect_cheap("taken", [&] {
    EXPECT_EQ(rule_in(subs().create_user(master(ticket), new_user("taro001", policy::UserKind::general))),
              "user.exists");
  });
  expect_cheap("only judged", [&] {
    subs().would_create_user(master(ticket), new_user("jiro002", policy::UserKind::general));
  });
  EXPECT_EQ(refusals().front().at("detail").at("op"), "user-change");
}

TEST_F(UserDeskTest, TriesAndMailsAreCounted) {
  const auto has = [&](const std::string& line) { return HasSubstr("\n" + line + "\n"); };
  for (int i = 0; i < 7; ++i) refusal("taro001", "chigau9");
  refusal("nobody1", "chigau9");
  EXPECT_THAT(service_->metrics(), has("inkan_subscriber_tries_total{result=\"wrong\"} 6"));
  EXPECT_THAT(service_->metrics(), has("inkan_subscriber_tries_total{result=\"locked_now\"} 1"));
  EXPECT_THAT(service_->metrics(), has("inkan_subscriber_tries_total{result=\"locked\"} 1"));
  EXPECT_THAT(service_->metrics(), has("inkan_outbox_mails 1"));
  set_clock(daemon::now() + std::chrono::minutes(5));
  EXPECT_THAT(service_->metrics(), has("inkan_outbox_oldest_age_seconds 300"));
  turn();
  EXPECT_THAT(service_->metrics(), has("inkan_outbox_mails 0"));
  EXPECT_THAT(service_->metrics(), has("inkan_outbox_oldest_age_seconds 0"));
  EXPECT_THAT(service_->metrics(), has("inkan_mail_tries_total{result=\"sent\"} 1"));
  EXPECT_THAT(service_->metrics(), Not(HasSubstr("taro001")));
}

}  // namespace
}  // namespace inkan::tests
