// Two officers of an authority, who vote for whatever one of them asks for.
#pragma once

#include "daemon/acts/act_worker.h"
#include "daemon/store/identity_rows.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/test_officer.h"

namespace inkan::tests {

class TwoOfficers {
 public:
  // `mark` ends their names: of another pair, beside one that the store has.
  TwoOfficers(daemon::Core& core, daemon::Service& service, const std::string& mark = "")
      : core_(core), service_(service), one_("one" + mark), two_("two" + mark) {
    for (const auto* officer : {&one_, &two_})
      core_.writer->write([&](daemon::Writing& w) {
        daemon::IdentityRow::grant(w.database(), officer->identity().id(), policy::Role::security_officer,
                                   {officer->key(), std::nullopt, w.now(), ""});
      });
  }

  policy::Identity one() const { return one_.identity(); }
  std::string ask(policy::ActKind kind, policy::ActParameters parameters) {
    const auto asked = service_.request_approval(call_by(one()), {kind, "a test", std::move(parameters)});
    EXPECT_FALSE(policy::denied(asked)) << policy::denied(asked)->detail;
    return std::get<api::ApprovalRecord>(asked).id;
  }
  // One alone.
  api::ApprovalRecord vote_one(const std::string& id, bool approve = true) {
    return std::get<api::ApprovalRecord>(vote(one_, id, approve));
  }
  // The other; the rule that refuses his vote, "" if it was counted.
  std::string vote_two(const std::string& id) {
    const auto counted = vote(two_, id, true);
    return policy::denied(counted) ? policy::denied(counted)->rule : "";
  }
  void turn() {
    daemon::ActWorker(
        core_, [](const policy::Bytes&) {}, [] {})
        .turn();
  }
  // Both vote, if they have not, and the job has its turn.
  api::ApprovalRecord approve(const std::string& id) {
    for (const auto* officer : {&one_, &two_}) EXPECT_FALSE(policy::denied(vote(*officer, id, true)));
    turn();
    return *service_.find_approval(call_by(one()), id);
  }
  api::ApprovalRecord approve(policy::ActKind kind, policy::ActParameters parameters) {
    return approve(ask(kind, std::move(parameters)));
  }

 private:
  policy::OrDenial<api::ApprovalRecord> vote(const test::TestOfficer& officer, const std::string& id,
                                             bool approve) {
    const auto call = call_by(officer.identity());
    const auto seen = *service_.find_approval(call, id);
    const auto& document = approve ? seen.approve_document : seen.refuse_document;
    return service_.vote(call, id, {approve, officer.sign(document.empty() ? "none" : document), ""});
  }

  daemon::Core& core_;
  daemon::Service& service_;
  const test::TestOfficer one_, two_;
};

}  // namespace inkan::tests
