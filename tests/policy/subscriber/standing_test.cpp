#include "policy/subscriber/standing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using std::chrono::seconds;
using test::utc;

const LockRules k_rules{6, seconds(3600), 3};  // the manual's
const Instant k_now = utc(2026, 11, 23, 3);

Standing active() {
  return {.activated = true};
}

TryResult fail_times(Standing& standing, int times, Instant now) {
  TryResult last = TryResult::wrong;
  for (int i = 0; i < times; ++i) last = try_password(standing, false, now, k_rules);
  return last;
}

TEST(Standing, R11_TheSixthWrongPasswordInARowLocksForAnHour) {
  Standing user = active();
  EXPECT_EQ(fail_times(user, 5, k_now), TryResult::wrong);
  EXPECT_EQ(user.state(k_now), UserState::active);
  EXPECT_EQ(fail_times(user, 1, k_now), TryResult::locked_now);
  EXPECT_EQ(user.state(k_now), UserState::locked);
  EXPECT_EQ(user.locked_until, k_now + seconds(3600));
}

TEST(Standing, R12_A11_TheLockEndsByItselfAtTheHour) {
  Standing user = active();
  fail_times(user, 6, k_now);
  EXPECT_EQ(user.state(k_now + seconds(3599)), UserState::locked);
  EXPECT_EQ(user.state(k_now + seconds(3600)), UserState::active);
  EXPECT_EQ(try_password(user, true, k_now + seconds(3600), k_rules), TryResult::accepted);
}

TEST(Standing, R13_A10_TheThirdLockIsABlockThatNoTimeEnds) {
  Standing user = active();
  EXPECT_EQ(fail_times(user, 6, k_now), TryResult::locked_now);
  EXPECT_EQ(fail_times(user, 6, k_now + seconds(3600)), TryResult::locked_now);
  EXPECT_EQ(fail_times(user, 5, k_now + seconds(7200)), TryResult::wrong);
  EXPECT_EQ(fail_times(user, 1, k_now + seconds(7200)), TryResult::blocked_now);  // the 18th in a row
  EXPECT_EQ(user.state(k_now + std::chrono::days(3660)), UserState::blocked);
  EXPECT_EQ(try_password(user, true, k_now + std::chrono::days(3660), k_rules), TryResult::blocked);
}

TEST(Standing, A09_SuccessForgetsFailuresAndLocks) {
  Standing user = active();
  fail_times(user, 6, k_now);
  const Instant later = k_now + seconds(3600);
  fail_times(user, 5, later);
  EXPECT_EQ(try_password(user, true, later, k_rules), TryResult::accepted);
  EXPECT_EQ(user, active());
}

TEST(Standing, A09_WhileLockedNothingIsCountedAndTheLockIsNotProlonged) {
  Standing user = active();
  fail_times(user, 6, k_now);
  const Standing before = user;
  for (const bool right : {false, true})
    EXPECT_EQ(try_password(user, right, k_now + seconds(1800), k_rules), TryResult::locked);
  EXPECT_EQ(user, before);
  EXPECT_EQ(fail_times(user, 5, k_now + seconds(3600)), TryResult::wrong) << "six tries again";
}

TEST(Standing, A11_OfManyWrongTriesOneLocks) {
  Standing user = active();
  std::map<TryResult, int> seen;
  for (int i = 0; i < 64; ++i) ++seen[try_password(user, false, k_now, k_rules)];
  EXPECT_EQ(seen, (std::map<TryResult, int>{
                      {TryResult::wrong, 5}, {TryResult::locked_now, 1}, {TryResult::locked, 58}}));
}

TEST(Standing, A11_AReleaseForgetsFailuresAndLocks) {
  Standing user = active();
  EXPECT_FALSE(release(user, k_now)) << "nothing to release";
  fail_times(user, 6, k_now);
  EXPECT_TRUE(release(user, k_now));
  EXPECT_EQ(user, active());
  for (int lock = 0; lock < 3; ++lock) fail_times(user, 6, k_now + seconds(3600) * lock);
  ASSERT_EQ(user.state(k_now), UserState::blocked);
  EXPECT_TRUE(release(user, k_now));
  EXPECT_EQ(user, active());
}

TEST(Standing, A22_WhoHasNotRegisteredGoesBackToThat) {
  Standing user;
  EXPECT_EQ(user.state(k_now), UserState::registered);
  fail_times(user, 6, k_now);
  EXPECT_EQ(user.state(k_now), UserState::locked);
  EXPECT_EQ(user.state(k_now + seconds(3600)), UserState::registered);
  EXPECT_TRUE(activate(user));
  EXPECT_FALSE(activate(user));
  EXPECT_EQ(user.state(k_now + seconds(3600)), UserState::active);
}

// Whatever is done, in whatever order, a user makes the table's moves only, and every move of it can happen.
TEST(Standing, A22_RandomWalksMakeTheTablesMovesAndAllOfThem) {
  std::set<std::pair<UserState, UserState>> allowed, made;
  for (const auto& move : user_moves()) allowed.insert({move.from, move.to});
  std::mt19937 random(20261123);
  for (int walk = 0; walk < 3000; ++walk) {
    Standing user;
    Instant now = k_now;
    UserState state = user.state(now);
    const auto look = [&] {
      const UserState next = user.state(now);
      if (next != state) made.insert({state, next});
      state = next;
    };
    for (int step = 0; step < 60 && state != UserState::deleted; ++step) {
      switch (random() % 40) {
        case 0:
          erase(user);
          break;
        case 1:
        case 2:
          release(user, now);
          break;
        case 3:
          // Nobody registers or has a certificate issued but by a right password.
          if (state != UserState::locked && state != UserState::blocked) activate(user);
          break;
        case 4:
        case 5:
        case 6:
          now += seconds(random() % 7200);
          break;
        case 7:
          try_password(user, true, now, k_rules);
          break;
        default:
          try_password(user, false, now, k_rules);
      }
      look();
    }
  }
  EXPECT_EQ(made, allowed);
}

}  // namespace
}  // namespace inkan::policy
