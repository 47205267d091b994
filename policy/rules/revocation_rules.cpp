#include "policy/rules/revocation_rules.h"

namespace inkan::policy {
namespace {

constexpr const char* k_table = "role table: revoke";

bool role_allows(const Identity& caller, const RevocationTarget& target) {
  switch (caller.role()) {
    case Role::bank_staff:
      return !target.of_operator;
    case Role::web_tier:
      return !target.of_operator && target.requester == caller.id();
    case Role::security_officer:
      return target.of_operator;
    case Role::auditor:
      return false;
    case Role::system:
      return true;
  }
  return false;
}

}  // namespace

std::optional<Denial> check_revocation(const RevocationAsked& asked, const RevocationTarget& target,
                                       Instant now) {
  if (target.ca)
    return Denial{"revoke.ca", k_table, "this is a CA's certificate",
                  "a CA certificate is revoked by two security officers, not by this call"};
  if (!role_allows(asked.caller, target))
    return Denial{
        "revoke.role", k_table,
        "role " + std::string(name(asked.caller.role())) + " may not revoke this certificate",
        target.of_operator ? "ask a security officer" : "ask bank staff, or the identity that had it issued"};
  switch (asked.reason) {
    case RevocationReason::ca_compromise:
    case RevocationReason::aa_compromise:
      return Denial{"revoke.reason", "RFC 5280 §5.3.1",
                    std::string(name(asked.reason)) + " is not a reason for an end entity's certificate",
                    "use keyCompromise"};
    case RevocationReason::certificate_hold:
      if (target.of_operator)
        return Denial{"revoke.reason", "RFC 5280 §5.3.1",
                      "certificateHold can be taken back, and an operator's rights are not",
                      "revoke with another reason; a new certificate takes two officers' votes"};
      break;
    case RevocationReason::unspecified:
    case RevocationReason::key_compromise:
    case RevocationReason::affiliation_changed:
    case RevocationReason::superseded:
    case RevocationReason::cessation_of_operation:
    case RevocationReason::privilege_withdrawn:
      break;
  }
  if (asked.invalidity_date && *asked.invalidity_date > now)
    return Denial{"revoke.invalidity-date", "RFC 5280 §5.3.2",
                  "the invalidity date " + to_rfc3339(*asked.invalidity_date) + " is in the future",
                  "give the time since when the key is suspected, or leave it out"};
  return std::nullopt;
}

std::optional<Denial> check_release(const Identity& caller, const RevocationTarget& target) {
  return check_revocation({caller, RevocationReason::certificate_hold, std::nullopt}, target, {});
}

}  // namespace inkan::policy
