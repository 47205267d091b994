// Two officers of an authority, who vote for whatever one of them asks for.
#pragma once

#include "daemon/acts/act_worker.h"
#include "daemon/store/identity_rows.h"
#include "policy/log/event_type.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/test_officer.h"

namespace inkan::tests {

class TwoOfficers {
 public:
  // Puts them into the plan of a set-up that is still to come; work_for() then says which run is theirs.
  explicit TwoOfficers(const AuthorityFixture& fixture) : TwoOfficers(std::string()) {
    std::ofstream plan(fixture.folder() / "plan.toml", std::ios::app);
    for (const auto* officer : {&one_, &two_}) {
      write_text(fixture.folder() / (officer->id() + ".csr"), officer->request());
      plan << "[[identity]]\nid = \"" << officer->id() << "\"\nrole = \"security-officer\"\ncsr = \""
           << officer->id() << ".csr\"\ncertificate = \"" << officer->id() << ".crt\"\n";
    }
  }
  // Registers them beside the log, in a store whose log nobody judges. `mark` ends their names: of another
  // pair, beside one that the store has.
  TwoOfficers(daemon::Core& core, daemon::Service& service, const std::string& mark = "")
      : TwoOfficers(mark) {
    work_for(core, service);
    for (const auto* officer : {&one_, &two_})
      core_->writer->write([&](daemon::Writing& w) {
        daemon::IdentityRow::grant(w.database(), officer->identity().id(), policy::Role::security_officer,
                                   {officer->key(), std::nullopt, w.now(), ""});
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
    const auto who = kind == policy::ActKind::revoke_certificates ? web_tier() : one();
    return service_->request_approval(call_by(who), {kind, reason, std::move(parameters)});
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
    const auto& document = approve ? seen.approve_document : seen.refuse_document;
    return send(officer.identity(), id, approve, officer.sign(document.empty() ? "none" : document));
  }
  policy::OrDenial<api::ApprovalRecord> send(const policy::Identity& voter, const std::string& id,
                                             bool approve, const policy::Bytes& signature) {
    return service_->vote(call_by(voter), id, {approve, signature, ""});
  }
  // One alone.
  api::ApprovalRecord vote_one(const std::string& id, bool approve = true) {
    return std::get<api::ApprovalRecord>(vote(one_, id, approve));
  }
  // The other; the rule that refuses his vote, "" if it was counted.
  std::string vote_two(const std::string& id) {
    const auto counted = vote(two_, id);
    return policy::denied(counted) ? policy::denied(counted)->rule : "";
  }
  // The job's turn.
  void turn() {
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
    turn();
    return seen_by(one_, id);
  }
  api::ApprovalRecord approve(policy::ActKind kind, policy::ActParameters parameters) {
    return approve(ask(kind, std::move(parameters)));
  }

 private:
  explicit TwoOfficers(const std::string& mark) : one_("one" + mark), two_("two" + mark) {}

  daemon::Core* core_ = nullptr;
  daemon::Service* service_ = nullptr;
  const test::TestOfficer one_, two_;
};

// Of tests in which two officers of a running authority act.
class OfficersTest : public AuthorityTest {
 protected:
  void SetUp() override {
    AuthorityTest::SetUp();
    officers_ = std::make_unique<TwoOfficers>(*core_, *service_);
  }
  // The rule that refuses the request; "" if it was taken.
  std::string refusal(policy::ActKind kind, policy::ActParameters parameters) {
    const auto asked = officers_->try_ask(kind, std::move(parameters));
    return policy::denied(asked) ? policy::denied(asked)->rule : "";
  }
  std::vector<nlohmann::json> leaves(policy::EventType type) {
    std::vector<nlohmann::json> all;
    for (policy::LeafIndex i = 0; i < core_->store.size(); ++i) {
      auto leaf = nlohmann::json::parse(*core_->store.leaf(i));
      if (leaf.at("type") == policy::name(type)) all.push_back(std::move(leaf));
    }
    return all;
  }

  std::unique_ptr<TwoOfficers> officers_;
};

}  // namespace inkan::tests
