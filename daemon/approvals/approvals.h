// Acts that take more than one officer: asked for, voted on, and done in the very transaction of the last
// vote that is needed. Every step is a leaf.
#pragma once

#include "api/authority.h"
#include "daemon/acts/act_desk.h"
#include "daemon/approvals/approval_rows.h"
#include "daemon/approvals/approval_rules.h"
#include "daemon/authority/certificate_authority.h"
#include "daemon/authority/crl_publisher.h"
#include "daemon/authority/identities.h"
#include "daemon/authority/policies.h"
#include "daemon/ledger/intent_ledger.h"
#include "daemon/store/store.h"
#include "policy/dual_control/ballot.h"
#include "policy/dual_control/tally.h"

namespace inkan::daemon {

class Approvals {
 public:
  Approvals(Store& store, IntentLedger& ledger, const ActDesk& desk, Authorities& authorities,
            Identities& identities, Policies& policies, CrlPublisher& crls, ApprovalRules rules,
            std::string ledger_origin)
      : store_(store),
        ledger_(ledger),
        desk_(desk),
        authorities_(authorities),
        identities_(identities),
        policies_(policies),
        crls_(crls),
        rules_(rules),
        ledger_origin_(std::move(ledger_origin)) {}

  // Called after a vote: its act may be work for a job, or a CRL may be due. Set before the first vote.
  void on_work(std::function<void()> wake) { wake_ = std::move(wake); }

  // The request for this act: the one that is open already under the same plan, or a new one. Denied if it
  // could never come to enough votes, or there is nothing to do.
  policy::OrDenial<api::ApprovalRecord> request(const api::Call& call, const api::ApprovalOrder& order);
  // Denied if the request is closed, the caller has voted otherwise before, or his signature is not his over
  // this request. The same vote again is answered again. Throws Error{not_found}.
  policy::OrDenial<api::ApprovalRecord> vote(const api::Call& call, const std::string& id,
                                             const api::ApprovalVote& vote);
  // `call`: of an officer, whose documents to sign go with an open request.
  std::optional<api::ApprovalRecord> find(const api::Call& call, const std::string& id);
  std::vector<api::ApprovalRecord> list(const api::Call& call, const std::optional<std::string>& state);
  // One officer's act. What was asked for on the ground of an earlier stop is void from then on.
  void stop_issuing(const api::Call& call, const std::string& reason);
  void expire_due();

 private:
  api::ApprovalRecord record_of(Database& database, const ApprovalRow& row, const api::Call& call) const;
  policy::Ballot ballot_of(const ApprovalRow& row, const policy::SpkiHash& officer, bool approve) const;
  policy::OrDenial<api::ApprovalRecord> ask(const api::Call& call, const api::ApprovalOrder& order);
  policy::OrDenial<api::ApprovalRecord> judge(const api::Call& call, const std::string& id,
                                              const api::ApprovalVote& vote);
  static std::optional<policy::Denial> fault_in_state(const ApprovalRow& row, policy::Instant now);
  static std::optional<bool> earlier_vote(Database& database, const ApprovalRow& row, const api::Call& call);
  void keep(Writing& w, const ApprovalRow& row, const api::Call& call, const api::ApprovalVote& vote) const;
  void count(Writing& w, const ApprovalRow& row, const api::Call& call);
  static void close(Writing& w, const ApprovalRow& row, std::string_view state,
                    const policy::Identity& actor);
  void follow(const std::string& id);
  void carry_out(Writing& w, const ApprovalRow& row, const policy::Identity& last_voter) const;

  Store& store_;
  IntentLedger& ledger_;
  const ActDesk& desk_;
  Authorities& authorities_;
  Identities& identities_;
  Policies& policies_;
  CrlPublisher& crls_;
  std::function<void()> wake_;
  ApprovalRules rules_;
  std::string ledger_origin_;
};

}  // namespace inkan::daemon
