#include "policy/types/identity.h"

namespace inkan::policy {

std::string_view name(Role role) {
  switch (role) {
    case Role::web_tier:
      return "web-tier";
    case Role::security_officer:
      return "security-officer";
    case Role::auditor:
      return "auditor";
    case Role::bank_staff:
      return "bank-staff";
    case Role::system:
      return "system";
  }
  return "";
}

std::optional<Role> role(std::string_view text) {
  for (const auto known : {Role::web_tier, Role::security_officer, Role::auditor, Role::bank_staff})
    if (name(known) == text) return known;
  return std::nullopt;
}

}  // namespace inkan::policy
