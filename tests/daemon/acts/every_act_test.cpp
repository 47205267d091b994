// Every act that takes officers' votes, against everything that may become of it: done by enough votes, not
// done by anything else, and whole or not at all after a crash at any step. What is asked of it is the same
// for every kind; only how it is made possible, and what it changes, is each kind's own.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <sstream>
#include <thread>

#include "daemon/fault_point.h"
#include "policy/log/event_type.h"
#include "tests/daemon/acts/act_cases.h"

namespace inkan::daemon {
namespace {

using policy::ActKind;
using policy::ActParameters;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::ActBench;
using tests::call_by;

struct Row {
  std::string name;
  ActKind kind;
  Case tried;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

std::vector<Row> table() {
  std::vector<Row> rows;
  for (const auto kind : policy::all_act_kinds())
    rows.push_back({std::string(name(kind)), kind, case_of(kind)});
  rows.push_back({"ca.create_linked", ActKind::create_authority, linked_root()});
  rows.push_back({"key.destroy_requested", ActKind::destroy_key, given_up_request()});
  return rows;
}

class EveryAct : public testing::TestWithParam<Row> {
 protected:
  EveryAct() {
    bench_.open();
    case_.prepare(bench_);
    bench_.close();
    bench_.save();
    bench_.open();
    before_ = bench_.standing();
    after_ = before_;
    for (const auto& line : case_.gone) EXPECT_EQ(after_.erase(line), 1U) << line;
    after_.insert(case_.come.begin(), case_.come.end());
  }
  void again() {
    bench_.restore();
    bench_.open();
  }
  std::string ask(const std::string& reason = "a test") {
    return officers().ask(GetParam().kind, case_.parameters(bench_), reason);
  }
  std::string state_of(const std::string& id) { return officers().seen_by(officers().first(), id).state; }
  tests::TwoOfficers& officers() { return bench_.officers(); }
  std::size_t votes_of(const std::string& id) {
    return officers().seen_by(officers().first(), id).votes.size();
  }
  void expect_denied(const policy::OrDenial<api::ApprovalRecord>& answer, const std::string& rule) {
    const auto* const denial = policy::denied(answer);
    ASSERT_TRUE(denial) << "it was not denied";
    EXPECT_EQ(denial->rule, rule) << denial->detail;
  }
  void update(const std::string& sql, const std::string& id) {
    bench_.core().writer->write([&](Writing& w) { w.database().prepare(sql).bind(id).run(); });
  }
  // In another process, which dies at its n-th step. False: it had fewer, and came to its end.
  bool dies_at(int step);

  const Case case_ = GetParam().tried;
  ActBench bench_;
  Lines before_, after_;
};

TEST_P(EveryAct, IsDoneByEnoughVotes) {
  const auto id = ask();
  const auto done = officers().approve(id);
  EXPECT_EQ(done.state, "approved");
  EXPECT_THAT(done.work, testing::AnyOf("", "done")) << done.failure;
  EXPECT_EQ(bench_.standing(), after_);
  EXPECT_THAT(bench_.faults(), IsEmpty());
  // What stands in the store is judged by OpenSSL, with the officer's certificate as the only anchor.
  ASSERT_EQ(done.votes.size(), 2U);
  const test::TemporaryFolder folder;
  for (const auto& vote : done.votes) {
    const auto& officer = vote.officer == "one" ? officers().first() : officers().second();
    const auto verify = [&](const std::string& document) {
      return test::run({"openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in",
                        folder.write("vote.p7s", policy::BytesView(vote.signature)), "-content",
                        folder.write("document", document), "-CAfile", officer.certificate_file(), "-purpose",
                        "any", "-out", "/dev/null"});
    };
    EXPECT_EQ(verify(vote.document).status, 0) << verify(vote.document).output;
    EXPECT_NE(verify(vote.document + " ").status, 0) << "a vote on anything";
    EXPECT_THAT(vote.document, HasSubstr(done.plan_sha256));
  }
  // The same plan once more is not covered by these votes.
  bench_.close();
  bench_.open();
  officers().turn();
  EXPECT_EQ(bench_.standing(), after_);
  EXPECT_THAT(bench_.faults(), IsEmpty());
}

struct Not {
  const char* name;
  std::function<void()> happens;
};

TEST_P(EveryAct, IsNotDoneOtherwise) {
  const auto& one = officers().first();
  const auto& two = officers().second();
  const std::vector<Not> nots = {
      {"too few votes",
       [&] {
         const auto id = ask();
         EXPECT_FALSE(policy::denied(officers().vote(one, id)));
         EXPECT_EQ(state_of(id), "open");
       }},
      {"refused",
       [&] {
         const auto id = ask();
         EXPECT_FALSE(policy::denied(officers().vote(one, id)));
         const auto approval = two.sign(officers().seen_by(two, id).approve_document);
         EXPECT_FALSE(policy::denied(officers().vote(two, id, false)));
         EXPECT_EQ(state_of(id), "refused");
         expect_denied(officers().send(two.identity(), id, true, approval), "approval.voted");
       }},
      {"expired",
       [&] {
         const auto id = ask();
         EXPECT_FALSE(policy::denied(officers().vote(one, id)));
         const auto late = two.sign(officers().seen_by(two, id).approve_document);
         update("UPDATE approvals SET expires_at = created_at WHERE id = ?", id);
         EXPECT_EQ(state_of(id), "expired");
         expect_denied(officers().send(two.identity(), id, true, late), "approval.closed");
         bench_.core().approvals.expire_due();
         expect_denied(officers().send(two.identity(), id, true, late), "approval.closed");
       }},
      {"a vote replayed on another request",
       [&] {
         const auto id = ask(), other = ask("another reason");
         EXPECT_NE(id, other);
         EXPECT_FALSE(policy::denied(officers().vote(one, id)));
         const auto signature = two.sign(officers().seen_by(two, other).approve_document);
         expect_denied(officers().send(two.identity(), id, true, signature), "approval.signature");
         // Nor after the other has ended: the same plan again is another request, with another nonce.
         update("UPDATE approvals SET expires_at = created_at WHERE id = ?", id);
         bench_.core().approvals.expire_due();
         const auto old = officers().seen_by(one, id).votes.at(0).signature;
         const auto again = ask();
         EXPECT_NE(again, id);
         expect_denied(officers().send(one.identity(), again, true, old), "approval.signature");
       }},
      {"a vote on a changed plan",
       [&] {
         const auto id = ask();
         EXPECT_FALSE(policy::denied(officers().vote(one, id)));
         auto document = officers().seen_by(two, id).approve_document;
         const auto honest = two.sign(document);
         const auto at = document.find("\"plan_sha256\":\"") + 15;
         document[at] = document[at] == '0' ? '1' : '0';
         expect_denied(officers().send(two.identity(), id, true, two.sign(document)), "approval.signature");
         // He signed what he was shown, and somebody has changed it in the database since.
         update("UPDATE approvals SET reason = 'quite another' WHERE id = ?", id);
         expect_denied(officers().send(two.identity(), id, true, honest), "approval.signature");
       }},
      {"a vote turned around",
       [&] {
         const auto id = ask();
         EXPECT_FALSE(policy::denied(officers().vote(one, id)));
         const auto refusal = two.sign(officers().seen_by(two, id).refuse_document);
         expect_denied(officers().send(two.identity(), id, true, refusal), "approval.signature");
       }},
      {"a vote by who is no officer",
       [&] {
         const auto id = ask();
         EXPECT_FALSE(policy::denied(officers().vote(one, id)));
         const auto signature = two.sign(officers().seen_by(two, id).approve_document);
         expect_denied(officers().send(tests::web_tier(), id, true, signature), "approval.role");
         // The officer's own key and signature, come by a certificate of another role.
         const auto fallen = policy::Identity::authenticated(
             "two", policy::Role::auditor, policy::fingerprint_of(policy::as_bytes("two")), "127.0.0.1");
         expect_denied(officers().send(fallen, id, true, signature), "approval.role");
         // Those who ask for revocations are others than those who approve them.
         const auto stranger_to_it =
             GetParam().kind == ActKind::revoke_certificates ? one.identity() : tests::web_tier();
         expect_denied(bench_.service().request_approval(
                           call_by(stranger_to_it), {GetParam().kind, "a test", case_.parameters(bench_)}),
                       "approval.role");
         // A stranger who calls himself by an officer's name has not his key.
         const test::TestOfficer stranger("two");
         expect_denied(officers().send(stranger.identity(), id, true,
                                       stranger.sign(officers().seen_by(two, id).approve_document)),
                       "approval.signature");
       }},
      {"the same officer twice",
       [&] {
         const auto id = ask();
         EXPECT_FALSE(policy::denied(officers().vote(one, id)));
         const auto signature = officers().seen_by(one, id).votes.at(0).signature;
         EXPECT_FALSE(policy::denied(officers().send(one.identity(), id, true, signature)));
         EXPECT_FALSE(policy::denied(officers().vote(one, id)));
         EXPECT_EQ(votes_of(id), 1U);
         EXPECT_EQ(state_of(id), "open");
         expect_denied(officers().send(two.identity(), id, true, signature), "approval.signature");
       }},
  };
  for (const auto& each : nots) {
    SCOPED_TRACE(each.name);
    again();
    each.happens();
    officers().turn();
    EXPECT_EQ(bench_.standing(), before_);
    EXPECT_THAT(bench_.faults(), IsEmpty());
  }
}

#ifdef INKAN_FAULT_POINTS

std::atomic<int> g_steps_left;
std::thread::id g_acting;
void die_at_the_step(const char*) {
  if (std::this_thread::get_id() == g_acting && --g_steps_left == 0) std::raise(SIGKILL);
}

bool EveryAct::dies_at(int step) {
  bench_.restore();  // closed: there is no thread but this one
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    try {
      bench_.open();
      const auto id = ask();
      g_acting = std::this_thread::get_id();
      g_steps_left = step;
      on_fault_point(die_at_the_step);
      officers().approve(id);
      on_fault_point(nullptr);
      bench_.close();
      _exit(0);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      _exit(1);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return false;
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
  return true;
}

TEST_P(EveryAct, IsWholeOrNothingAfterACrashAtAnyStep) {
  int step = 1;
  for (; dies_at(step); ++step) {
    SCOPED_TRACE("killed at its step " + std::to_string(step));
    ASSERT_LT(step, 60);
    bench_.open();
    officers().turn();
    officers().turn();
    EXPECT_THAT(bench_.standing(), testing::AnyOf(before_, after_));
    EXPECT_THAT(bench_.faults(), IsEmpty());
    if (HasFailure()) return;
  }
  EXPECT_GT(step, 2) << "at least the two votes are steps";
  bench_.open();
  EXPECT_EQ(bench_.standing(), after_);
  EXPECT_THAT(bench_.faults(), IsEmpty());
}

#endif

std::string as_test_name(const testing::TestParamInfo<Row>& info) {
  std::string name = info.param.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Kinds, EveryAct, testing::ValuesIn(table()), as_test_name);

}  // namespace
}  // namespace inkan::daemon
