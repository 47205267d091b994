// What an application to the bank may have a user's certificates revoked for (rule A15).
#pragma once

#include "policy/rules/revocation_rules.h"

namespace inkan::policy {

// superseded (another computer), keyCompromise, cessationOfOperation, privilegeWithdrawn; by RFC 5280's
// names.
std::optional<RevocationReason> application_reason(std::string_view name);

// Who may apply says the pack's role table; the rest is as of any revocation. Rules "revoke.reason",
// "revoke.invalidity-date".
std::optional<Denial> check_application(const RevocationAsked& asked, Instant now);

}  // namespace inkan::policy
