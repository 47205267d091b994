// The act that revokes many certificates: what it is of, whether it can be done, and doing it.
#pragma once

#include "api/authority.h"
#include "daemon/approvals/approval_rows.h"
#include "daemon/core.h"

namespace inkan::daemon {

policy::ActParameters parameters_of(const api::RevocationOrder& order);
// Throws Error{store} if the act's parameters are damaged.
api::RevocationOrder order_in(const policy::Act& act);

// With count and SHA-256 of the list. Denied if it is none.
policy::OrDenial<policy::ActParameters> fill_revocation_act(policy::ActParameters given);
// Each must be there, and a subscriber's; at least one must change.
std::optional<policy::Denial> fault_in_revocations(Database& database, const policy::Act& act,
                                                   const policy::ProfileSet& profiles);

// Some at a time, so that nobody waits long. It goes on where it was after a crash: what is revoked already
// is not revoked again.
void carry_out_revocations(Core& core, const ApprovalRow& request);

}  // namespace inkan::daemon
