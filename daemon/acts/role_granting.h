// Issues an operator's certificate and registers his key while the daemon runs: both, or nothing.
#pragma once

#include "daemon/approvals/approval_rows.h"
#include "daemon/core.h"

namespace inkan::daemon {

class RoleGranting {
 public:
  explicit RoleGranting(Core& core) : core_(core) {}

  // Throws Error where it cannot go on; undo() then mends what is half done.
  void make(const ApprovalRow& request);
  // Revokes the certificate, and says so. May be called again after it threw, and after a crash anywhere.
  void undo(const ApprovalRow& request);

 private:
  policy::Serial certify(const ApprovalRow& request);
  void finish(const ApprovalRow& request, const policy::Serial& serial);

  Core& core_;
};

}  // namespace inkan::daemon
