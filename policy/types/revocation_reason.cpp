#include "policy/types/revocation_reason.h"

#include <array>

namespace inkan::policy {
namespace {
constexpr std::array k_reasons = {
    RevocationReason::unspecified,      RevocationReason::key_compromise,
    RevocationReason::ca_compromise,    RevocationReason::affiliation_changed,
    RevocationReason::superseded,       RevocationReason::cessation_of_operation,
    RevocationReason::certificate_hold, RevocationReason::privilege_withdrawn,
    RevocationReason::aa_compromise,
};
}

std::string_view name(RevocationReason reason) {
  switch (reason) {
    case RevocationReason::unspecified:
      return "unspecified";
    case RevocationReason::key_compromise:
      return "keyCompromise";
    case RevocationReason::ca_compromise:
      return "cACompromise";
    case RevocationReason::affiliation_changed:
      return "affiliationChanged";
    case RevocationReason::superseded:
      return "superseded";
    case RevocationReason::cessation_of_operation:
      return "cessationOfOperation";
    case RevocationReason::certificate_hold:
      return "certificateHold";
    case RevocationReason::privilege_withdrawn:
      return "privilegeWithdrawn";
    case RevocationReason::aa_compromise:
      return "aACompromise";
  }
  return "";
}

std::optional<RevocationReason> revocation_reason(std::string_view text) {
  for (const auto reason : k_reasons)
    if (name(reason) == text) return reason;
  return std::nullopt;
}

std::optional<RevocationReason> revocation_reason(int value) {
  for (const auto reason : k_reasons)
    if (static_cast<int>(reason) == value) return reason;
  return std::nullopt;
}

}  // namespace inkan::policy
