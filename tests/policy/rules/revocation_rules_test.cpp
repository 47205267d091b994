#include "policy/rules/revocation_rules.h"

#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

const Instant k_now = test::k_test_day;

std::string judge(const Identity& caller, const RevocationTarget& target,
                  RevocationReason reason = RevocationReason::superseded,
                  std::optional<Instant> invalidity_date = std::nullopt) {
  const auto denial = check_revocation({caller, reason, invalidity_date}, target, k_now);
  if (!denial) return "";
  EXPECT_FALSE(denial->clause.empty() || denial->detail.empty() || denial->mend.empty());
  return denial->rule;
}

const RevocationTarget k_own{"someone-1", false, false};
const RevocationTarget k_others{"someone-2", false, false};
const RevocationTarget k_operators{"system:set-up", false, true};
const RevocationTarget k_ca{"system:set-up", true, false};

struct RoleCase {
  Role role;
  const RevocationTarget& target;
  const char* rule;
};

// The role table: web tier its own, bank staff all subscribers', officers operators', auditors none, and
// nobody a CA's.
TEST(RevocationRules, FollowTheRoleTable) {
  const RoleCase cases[] = {
      {Role::web_tier, k_own, ""},
      {Role::web_tier, k_others, "revoke.role"},
      {Role::web_tier, k_operators, "revoke.role"},
      {Role::bank_staff, k_own, ""},
      {Role::bank_staff, k_others, ""},
      {Role::bank_staff, k_operators, "revoke.role"},
      {Role::security_officer, k_others, "revoke.role"},
      {Role::security_officer, k_operators, ""},
      {Role::auditor, k_own, "revoke.role"},
      {Role::auditor, k_others, "revoke.role"},
      {Role::system, k_others, ""},
      {Role::system, k_operators, ""},
      {Role::security_officer, k_ca, "revoke.ca"},
      {Role::bank_staff, k_ca, "revoke.ca"},
      {Role::system, k_ca, "revoke.ca"},
  };
  for (const auto& each : cases)
    EXPECT_EQ(judge(test::someone(each.role), each.target), each.rule)
        << name(each.role) << ", certificate of " << each.target.requester;
}

// An operator certificate that the web tier's own identity had issued would still be an operator's.
TEST(RevocationRules, AnOperatorsCertificateIsNotItsRequestersToRevoke) {
  EXPECT_EQ(judge(test::someone(Role::web_tier), {"someone-1", false, true}), "revoke.role");
}

// RFC 5280 §5.3.1.
TEST(RevocationRules, TakeTheReasonsOfAnEndEntity) {
  const std::pair<RevocationReason, const char*> rows[] = {
      {RevocationReason::unspecified, ""},
      {RevocationReason::key_compromise, ""},
      {RevocationReason::ca_compromise, "revoke.reason"},
      {RevocationReason::affiliation_changed, ""},
      {RevocationReason::superseded, ""},
      {RevocationReason::cessation_of_operation, ""},
      {RevocationReason::certificate_hold, ""},
      {RevocationReason::privilege_withdrawn, ""},
      {RevocationReason::aa_compromise, "revoke.reason"},
  };
  for (const auto& [reason, rule] : rows)
    EXPECT_EQ(judge(test::someone(Role::bank_staff), k_others, reason), rule) << name(reason);
}

TEST(RevocationRules, AnOperatorIsNotPutOnHold) {
  const auto officer = test::someone(Role::security_officer);
  EXPECT_EQ(judge(officer, {"someone-1", false, true}, RevocationReason::certificate_hold), "revoke.reason");
  EXPECT_EQ(judge(officer, {"someone-1", false, true}, RevocationReason::key_compromise), "");
}

TEST(RevocationRules, WhoeverMayPutOnHoldMayRelease) {
  const RevocationTarget others = {"someone-2", false, false}, own = {"someone-1", false, false};
  const auto rule = [](const Identity& caller, const RevocationTarget& target) {
    const auto denial = check_release(caller, target);
    return denial ? denial->rule : "";
  };
  EXPECT_EQ(rule(test::someone(Role::bank_staff), others), "");
  EXPECT_EQ(rule(test::someone(Role::web_tier), own), "");
  EXPECT_EQ(rule(test::someone(Role::web_tier), others), "revoke.role");
  EXPECT_EQ(rule(test::someone(Role::auditor), own), "revoke.role");
  EXPECT_EQ(rule(test::someone(Role::bank_staff), {"someone-2", true, false}), "revoke.ca");
}

TEST(RevocationRules, AnInvalidityDateIsNotInTheFuture) {
  const auto staff = test::someone(Role::bank_staff);
  const auto reason = RevocationReason::key_compromise;
  EXPECT_EQ(judge(staff, k_others, reason, k_now), "");
  EXPECT_EQ(judge(staff, k_others, reason, k_now - std::chrono::days(900)), "");
  EXPECT_EQ(judge(staff, k_others, reason, k_now + std::chrono::seconds(1)), "revoke.invalidity-date");
}

}  // namespace
}  // namespace inkan::policy
