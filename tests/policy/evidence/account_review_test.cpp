#include "policy/evidence/account_review.h"

#include <gmock/gmock.h>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Instant k_now = *from_rfc3339_seconds("2027-01-15T00:00:00Z");
const Instant k_far = *from_rfc3339_seconds("2027-12-31T00:00:00Z");

AccountInLog used(std::uint64_t acts = 1, std::uint64_t votes = 0) {
  return {{1}, {}, acts, votes, 9, "2027-01-14T00:00:00.000000Z", "cert.issue"};
}
std::vector<std::string> rules(const ReviewedAccount& account, const AccountInLog& seen,
                               std::vector<ReviewedAccount> others = {}) {
  others.push_back(account);
  std::vector<std::string> found;
  for (const auto& finding : account_findings(others, account.id, seen, k_now)) found.push_back(finding.rule);
  return found;
}

TEST(AccountReview, FindsWhatSomebodyShouldLookInto) {
  EXPECT_THAT(rules({"w", Role::web_tier, false, k_far}, used()), IsEmpty());
  EXPECT_THAT(rules({"w", Role::web_tier, false, {}}, used()), ElementsAre("no-certificate"));
  EXPECT_THAT(rules({"w", Role::web_tier, false, k_now - std::chrono::seconds(1)}, used()),
              ElementsAre("certificate-expired"));
  EXPECT_THAT(rules({"w", Role::web_tier, false, k_now + std::chrono::days(29)}, used()),
              ElementsAre("certificate-expires"));
  EXPECT_THAT(rules({"w", Role::web_tier, false, k_now + std::chrono::days(31)}, used()), IsEmpty());
  EXPECT_THAT(rules({"w", Role::web_tier, false, k_far}, used(0)), ElementsAre("never-used"));
  EXPECT_THAT(rules({"a", Role::auditor, false, k_far}, used(0)), IsEmpty()) << "reading leaves no leaf";
  EXPECT_THAT(rules({"o", Role::security_officer, false, k_far}, used(3)),
              ElementsAre("officer-without-votes"));
  EXPECT_THAT(rules({"o", Role::security_officer, false, k_far}, used(3, 1)), IsEmpty());
}

TEST(AccountReview, FindsAStoreThatSaysMoreThanTheLog) {
  AccountInLog nothing = used();
  nothing.granted.clear();
  EXPECT_THAT(rules({"w", Role::web_tier, false, k_far}, nothing), ElementsAre("not-in-ledger"));
  EXPECT_THAT(rules({"w", Role::web_tier, true, {}}, used()), ElementsAre("not-in-ledger"))
      << "it ended, untold";
  AccountInLog told = used();
  told.revoked = {8};
  EXPECT_THAT(rules({"w", Role::web_tier, true, {}}, told), IsEmpty());
}

TEST(AccountReview, FindsNamesThatLookAlike) {
  const ReviewedAccount one{"web-1", Role::auditor, false, k_far};
  for (const auto* twin : {"web1", "Web-1", "web-l", "web_I", "w.e.b.1"})
    EXPECT_THAT(rules(one, used(), {{twin, Role::auditor, false, k_far}}), ElementsAre("similar-names"))
        << twin;
  for (const auto* other : {"web-2", "wed-1", "web-11"})
    EXPECT_THAT(rules(one, used(), {{other, Role::auditor, false, k_far}}), IsEmpty()) << other;
  EXPECT_THAT(rules(one, used(), {{"web1", Role::auditor, true, k_far}}), IsEmpty()) << "it has ended";
}

TEST(AccountReview, CountsWhatTheLogTells) {
  AccountsInLog log;
  LeafIndex index = 0;
  const auto leaf = [&](const std::string& type, const std::string& actor, const std::string& role,
                        const std::string& target) {
    log.append(index, as_bytes("{\"actor\":{\"id\":\"" + actor + "\",\"role\":\"" + role +
                               "\"},\"target\":{\"id\":\"" + target + "\"},\"time\":\"t" +
                               std::to_string(index) + "\",\"type\":\"" + type + "\"}"));
    ++index;
  };
  leaf("role.grant", "system:setup", "system", "ann");
  leaf("approval.vote", "ann", "security-officer", "1");
  leaf("approval.request", "ann", "security-officer", "2");
  leaf("role.revoke", "ben", "security-officer", "ann");
  const auto& ann = log.of("ann");
  EXPECT_THAT(ann.granted, ElementsAre(0u));
  EXPECT_THAT(ann.revoked, ElementsAre(3u));
  EXPECT_EQ(ann.acts, 2u);
  EXPECT_EQ(ann.votes, 1u);
  EXPECT_EQ(ann.last, LeafIndex{2});
  EXPECT_EQ(ann.last_type, "approval.request");
  EXPECT_EQ(log.of("system:setup").acts, 0u);
  EXPECT_EQ(log.of("nobody").acts, 0u);
  EXPECT_THROW(log.append(9, as_bytes("{ }")), Error);
}

}  // namespace
}  // namespace inkan::policy
