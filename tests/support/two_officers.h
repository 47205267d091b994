// Two officers of an authority, who vote for whatever one of them asks for.
#pragma once

#include "daemon/acts/act_worker.h"
#include "daemon/setup/approved_ceremony.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/test_officer.h"

namespace inkan::tests {

class TwoOfficers {
 public:
  // Registers them, as a set-up would have.
  TwoOfficers(daemon::Core& core, daemon::Service& service) : core_(&core), service_(&service) {
    for (const auto* officer : {&one_, &two_})
      core_->writer->write([&](daemon::Writing& w) {
        w.database()
            .prepare("INSERT INTO identities(id, role, spki_sha256, created_at) VALUES(?, ?, ?, 0)")
            .bind(officer->identity().id())
            .bind(policy::name(policy::Role::security_officer))
            .bind(officer->key().bytes())
            .run();
        w.append(daemon::role_grant(officer->identity().id(), policy::Role::security_officer, officer->key(),
                                    "a set-up"),
                 policy::Identity::system_job("setup"));
      });
  }
  // The same authority in another run.
  void work_for(daemon::Core& core, daemon::Service& service) {
    core_ = &core;
    service_ = &service;
  }

  const test::TestOfficer& first() const { return one_; }
  const test::TestOfficer& second() const { return two_; }
  policy::Identity one() const { return one_.identity(); }

  policy::OrDenial<api::ApprovalRecord> try_ask(policy::ActKind kind, policy::ActParameters parameters,
                                                const std::string& reason = "a test") {
    return service_->request_approval(call_by(one()), {kind, reason, std::move(parameters)});
  }
  std::string ask(policy::ActKind kind, policy::ActParameters parameters,
                  const std::string& reason = "a test") {
    const auto asked = try_ask(kind, std::move(parameters), reason);
    if (const auto* denial = policy::denied(asked)) throw std::runtime_error(denial->detail);
    return std::get<api::ApprovalRecord>(asked).id;
  }
  api::ApprovalRecord seen_by(const test::TestOfficer& officer, const std::string& id) {
    return *service_->find_approval(call_by(officer.identity()), id);
  }
  policy::OrDenial<api::ApprovalRecord> vote(const test::TestOfficer& officer, const std::string& id,
                                             bool approve = true) {
    const auto seen = seen_by(officer, id);
    return send(officer.identity(), id, approve,
                officer.sign(approve ? seen.approve_document : seen.refuse_document));
  }
  policy::OrDenial<api::ApprovalRecord> send(const policy::Identity& voter, const std::string& id,
                                             bool approve, const policy::Bytes& signature) {
    return service_->vote(call_by(voter), id, {approve, signature, ""});
  }
  // The job's turn.
  void work() {
    daemon::ActWorker(
        *core_, [](const policy::Bytes&) {}, [] {})
        .turn();
  }
  // Both vote, and the job has its turn.
  api::ApprovalRecord approve(const std::string& id) {
    for (const auto* officer : {&one_, &two_}) {
      const auto voted = vote(*officer, id);
      if (const auto* denial = policy::denied(voted)) throw std::runtime_error(denial->detail);
    }
    work();
    return seen_by(one_, id);
  }
  api::ApprovalRecord approve(policy::ActKind kind, policy::ActParameters parameters) {
    return approve(ask(kind, std::move(parameters)));
  }

 private:
  daemon::Core* core_;
  daemon::Service* service_;
  const test::TestOfficer one_{"one"}, two_{"two"};
};

}  // namespace inkan::tests
