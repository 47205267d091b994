#include "policy/subscriber/revocation_application.h"

#include <algorithm>
#include <array>

namespace inkan::policy {
namespace {

constexpr std::array k_application_reasons = {RevocationReason::superseded, RevocationReason::key_compromise,
                                              RevocationReason::cessation_of_operation,
                                              RevocationReason::privilege_withdrawn};

bool may_be_applied_for(RevocationReason reason) {
  return std::find(k_application_reasons.begin(), k_application_reasons.end(), reason) !=
         k_application_reasons.end();
}

}  // namespace

std::optional<RevocationReason> application_reason(std::string_view name) {
  const auto reason = revocation_reason(name);
  return reason && may_be_applied_for(*reason) ? reason : std::nullopt;
}

std::optional<Denial> check_application(const RevocationAsked& asked, Instant now) {
  if (!may_be_applied_for(asked.reason))
    return Denial{"revoke.reason", "A15",
                  std::string(name(asked.reason)) + " is no reason for an application by a user",
                  "use superseded, keyCompromise, cessationOfOperation or privilegeWithdrawn"};
  // As if the caller had had it issued: that he may act upon the user has been asked already.
  return check_revocation(asked, {.requester = asked.caller.id()}, now);
}

}  // namespace inkan::policy
