// Two officers of an authority, who vote for whatever one of them asks for.
#pragma once

#include "daemon/acts/act_worker.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/test_officer.h"

namespace inkan::tests {

class TwoOfficers {
 public:
  TwoOfficers(daemon::Core& core, daemon::Service& service) : core_(core), service_(service) {
    for (const auto* officer : {&one_, &two_})
      core_.writer->write([&](daemon::Writing& w) {
        w.database()
            .prepare("INSERT INTO identities(id, role, spki_sha256, created_at) VALUES(?, ?, ?, 0)")
            .bind(officer->identity().id())
            .bind(policy::name(policy::Role::security_officer))
            .bind(officer->key().bytes())
            .run();
      });
  }

  policy::Identity one() const { return one_.identity(); }
  std::string ask(policy::ActKind kind, policy::ActParameters parameters) {
    const auto asked = service_.request_approval(call_by(one()), {kind, "a test", std::move(parameters)});
    EXPECT_FALSE(policy::denied(asked)) << policy::denied(asked)->detail;
    return std::get<api::ApprovalRecord>(asked).id;
  }
  // Both vote, and the job has its turn.
  api::ApprovalRecord approve(const std::string& id) {
    for (const auto* officer : {&one_, &two_}) {
      const auto call = call_by(officer->identity());
      const auto document = service_.find_approval(call, id)->approve_document;
      EXPECT_FALSE(policy::denied(service_.vote(call, id, {true, officer->sign(document), ""})));
    }
    daemon::ActWorker(
        core_, [](const policy::Bytes&) {}, [] {})
        .turn();
    return *service_.find_approval(call_by(one()), id);
  }
  api::ApprovalRecord approve(policy::ActKind kind, policy::ActParameters parameters) {
    return approve(ask(kind, std::move(parameters)));
  }

 private:
  daemon::Core& core_;
  daemon::Service& service_;
  const test::TestOfficer one_{"one"}, two_{"two"};
};

}  // namespace inkan::tests
