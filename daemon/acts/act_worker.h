// Carries out the approved acts that take a token, one after the other; finishes, or undoes, what an earlier
// run left half done.
#pragma once

#include "daemon/acts/authority_making.h"
#include "daemon/acts/role_granting.h"

namespace inkan::daemon {

class ActWorker {
 public:
  // `trust` as for AuthorityMaking; `wake_publisher` makes the CRL job's next turn start now.
  ActWorker(Core& core, std::function<void(const policy::Bytes& der)> trust,
            std::function<void()> wake_publisher)
      : core_(core),
        making_(core, std::move(trust)),
        granting_(core),
        wake_publisher_(std::move(wake_publisher)) {}

  // Throws Error{unavailable} while a token keeps it from going on: it goes on at a later turn.
  void turn();

 private:
  void go_on(const ApprovalRow& request);
  void carry_out(const ApprovalRow& request);
  void undo(ApprovalRow request, const std::string& why);
  void destroy_key(const ApprovalRow& request);
  void import_certificate(const ApprovalRow& request);

  Core& core_;
  AuthorityMaking making_;
  RoleGranting granting_;
  std::function<void()> wake_publisher_;
  bool swept_ = false;  // of what earlier runs left; the job's thread alone
};

}  // namespace inkan::daemon
