#include "policy/subscriber/notice.h"

#include <gtest/gtest.h>

#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test::utc;

const MailRules k_rokin{
    {MailKind::renewal_30d, MailKind::expired, MailKind::locked, MailKind::blocked}, hours(9), 9};
// Issued 2026-11-23 in Japan (A01): E is 2027-11-23.
const Instant k_not_after = utc(2027, 11, 23, 14, 59, 59), k_window = utc(2027, 10, 23, 15);

const Instant k_asked = utc(2026, 11, 22, 15, 30);
const NoticeBasis k_basis{k_asked, std::nullopt, k_not_after, k_window};

TEST(Notices, R04_A03_ThirtyDaysBeforeAtNineInTheMorningThere) {
  const auto all = notices(k_basis, k_rokin);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0], (Notice{MailKind::renewal_30d, utc(2027, 10, 24), k_not_after}));
}

TEST(Notices, R06_A01_TheDayAfterExpiry) {
  EXPECT_EQ(notices(k_basis, k_rokin)[1], (Notice{MailKind::expired, utc(2027, 11, 24), std::nullopt}));
}

TEST(Notices, A03_NoWordOfRenewalBeforeItIsPossible) {
  const Instant opens_late = utc(2027, 11, 1);
  EXPECT_EQ(notices({k_asked, std::nullopt, k_not_after, opens_late}, k_rokin)[0].due, opens_late);
}

TEST(Notices, A03_CatchesUpButNotAfterExpiry) {
  const auto notice = notices(k_basis, k_rokin)[0];
  EXPECT_TRUE(is_wanted(notice, {}, k_not_after));
  EXPECT_FALSE(is_wanted(notice, {}, k_not_after + seconds(1)));
  const auto expired = notices(k_basis, k_rokin)[1];
  EXPECT_TRUE(is_wanted(expired, {}, k_not_after + std::chrono::days(90)));
}

TEST(Notices, A04_OnlyForTheNewestUnrevokedOneOfAUserThatIsThere) {
  for (const auto& notice : notices(k_basis, k_rokin)) {
    EXPECT_TRUE(is_wanted(notice, {}, notice.due));
    EXPECT_FALSE(is_wanted(notice, {.user_deleted = true}, notice.due));
    EXPECT_FALSE(is_wanted(notice, {.revoked = true}, notice.due));
    EXPECT_FALSE(is_wanted(notice, {.newer_valid = true}, notice.due));
  }
}

TEST(Notices, A21_ThoseThatThePackNamesAndNoOthers) {
  auto rules = k_rokin;
  rules.kinds.insert(MailKind::renewal_10d);
  const auto all = notices(k_basis, rules);
  EXPECT_EQ(all[1].due, utc(2027, 11, 13));
  EXPECT_FALSE(is_wanted(all[0], {}, all[1].due)) << "two mails at once about the same";
  EXPECT_TRUE(is_wanted(all[0], {}, all[1].due - seconds(1)));
  rules.kinds = {MailKind::locked};
  EXPECT_TRUE(notices(k_basis, rules).empty());
}

TEST(Notices, A21_A23_AtOnceAndHalfWayToTheLastMomentOfConfirming) {
  auto rules = k_rokin;
  rules.kinds = {MailKind::issued, MailKind::confirm_reminder};
  const Instant confirm_by = k_asked + hours(24);
  const auto all = notices({k_asked, confirm_by, k_not_after, k_window}, rules);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0], (Notice{MailKind::issued, k_asked, k_asked + hours(24)}));
  EXPECT_EQ(all[1], (Notice{MailKind::confirm_reminder, k_asked + hours(12), confirm_by}));
  EXPECT_FALSE(is_wanted(all[1], {}, confirm_by + seconds(1)));
}

TEST(Notices, A21_AreInTheOrderOfTheirTimesHoweverLongConfirmingMayTake) {
  MailRules rules = k_rokin;
  rules.kinds.insert({MailKind::renewal_10d, MailKind::confirm_reminder});
  const Instant confirm_by = k_not_after - std::chrono::days(1);
  const auto all = notices({k_not_after - std::chrono::days(41), confirm_by, k_not_after, k_window}, rules);
  ASSERT_EQ(all.size(), 4u);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i - 1].due, all[i].due);
  EXPECT_EQ(all[1].kind, MailKind::confirm_reminder);
  EXPECT_EQ(all[0].until, all[2].due - seconds(1)) << "whoever was away is told of his renewal once";
}

TEST(Notices, A21_TimesAreThoseOfThePlace) {
  EXPECT_EQ(to_civil(k_not_after, hours(9)), "2027年11月23日 23時59分");
  EXPECT_EQ(to_civil(utc(2027, 12, 31, 15, 5), hours(9)), "2028年1月1日 0時5分");
}

}  // namespace
}  // namespace inkan::policy
