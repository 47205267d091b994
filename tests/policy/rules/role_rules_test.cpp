#include "tests/policy/rules/rule_case.h"

namespace inkan::policy {
namespace {

constexpr Role k_all[] = {Role::web_tier, Role::security_officer, Role::auditor, Role::bank_staff,
                          Role::system};

// The roles in the profile's document are who may ask, and nobody else may: there is no role above them.
TEST(RoleRules, OnlyTheProfilesRolesMayAskForIt) {
  const std::pair<const char*, Role> rows[] = {
      {"client-auth", Role::web_tier}, {"operator", Role::system}, {"ocsp-responder", Role::system}};
  for (const auto& [profile, allowed] : rows)
    for (const Role role : k_all) {
      SCOPED_TRACE(std::string(profile) + " " + std::string(name(role)));
      test::RuleCase asked;
      asked.profile = profile;
      asked.role = role;
      test::expect_only(role == allowed ? "" : "role.profile", test::examine(asked));
    }
}

}  // namespace
}  // namespace inkan::policy
