#include "policy/subscriber/revocation_application.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

const Instant k_now = test::k_test_day;

std::string rule_of(Role role, RevocationReason reason, std::optional<Instant> date = {}) {
  const auto caller = test::someone(role);
  const auto denial = check_application({caller, reason, date}, k_now);
  return denial ? denial->rule : "";
}

TEST(RevocationApplication, A15_IsForOneOfFourReasons) {
  const std::set<std::string> four = {"superseded", "keyCompromise", "cessationOfOperation",
                                      "privilegeWithdrawn"};
  for (int value = 0; value <= 10; ++value) {
    const auto reason = revocation_reason(value);
    if (!reason) continue;
    const std::string text(name(*reason));
    EXPECT_EQ(application_reason(text), four.contains(text) ? reason : std::nullopt) << text;
    EXPECT_EQ(rule_of(Role::bank_staff, *reason), four.contains(text) ? "" : "revoke.reason") << text;
  }
  EXPECT_FALSE(application_reason("Superseded"));
  EXPECT_FALSE(application_reason(""));
}

TEST(RevocationApplication, A15_SpeaksOfNoDateToCome) {
  const auto reason = RevocationReason::key_compromise;
  EXPECT_EQ(rule_of(Role::bank_staff, reason, k_now), "");
  EXPECT_EQ(rule_of(Role::bank_staff, reason, k_now + std::chrono::seconds(1)), "revoke.invalidity-date");
}

TEST(RevocationApplication, A15_IsTakenFromWhomeverThePackSaysThroughTheWebTierToo) {
  EXPECT_EQ(rule_of(Role::web_tier, RevocationReason::superseded), "");
}

}  // namespace
}  // namespace inkan::policy
