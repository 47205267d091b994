#include "policy/rules/rule.h"

namespace inkan::policy {

std::optional<Denial> judge_role(const RuleInput& input) {
  if (input.profile.roles.contains(input.requester)) return std::nullopt;
  return Denial{
      "role.profile", input.profile.label() + ", roles",
      "role " + std::string(name(input.requester)) + " may not ask for profile " + input.profile.name,
      "ask with an identity whose role the profile names, or for another profile"};
}

}  // namespace inkan::policy
