// Who may revoke what, and for which reasons: the role table's rows on revocation.
#pragma once

#include <optional>
#include <string>

#include "policy/types/denial.h"
#include "policy/types/identity.h"
#include "policy/types/revocation_reason.h"
#include "policy/types/validity.h"

namespace inkan::policy {

struct RevocationAsked {
  const Identity& caller;
  RevocationReason reason;
  std::optional<Instant> invalidity_date;
};

struct RevocationTarget {
  std::string requester;     // identity that had it issued
  bool ca = false;           // a CA's certificate
  bool of_operator = false;  // an operator's: issued in the set-up or by officers
};

// Rules "revoke.ca", "revoke.role", "revoke.reason", "revoke.invalidity-date".
std::optional<Denial> check_revocation(const RevocationAsked& asked, const RevocationTarget& target,
                                       Instant now);
// Whoever may put a certificate on hold may release it. The same rules.
std::optional<Denial> check_release(const Identity& caller, const RevocationTarget& target);

}  // namespace inkan::policy
