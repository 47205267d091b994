#include "policy/subscriber/standing.h"

#include <array>

#include "policy/types/names.h"

namespace inkan::policy {
namespace {

using enum UserState;

constexpr std::array k_user_state_names = {std::string_view("registered"), std::string_view("active"),
                                           std::string_view("locked"), std::string_view("blocked"),
                                           std::string_view("deleted")};

constexpr std::array k_user_moves = {
    UserMove{registered, active},  UserMove{registered, locked}, UserMove{active, locked},
    UserMove{locked, registered},  UserMove{locked, active},     UserMove{registered, blocked},
    UserMove{active, blocked},     UserMove{blocked, active},    UserMove{blocked, registered},
    UserMove{registered, deleted}, UserMove{active, deleted},    UserMove{locked, deleted},
    UserMove{blocked, deleted},
};

}  // namespace

std::string_view name(UserState state) {
  return k_user_state_names.at(static_cast<std::size_t>(state));
}

std::optional<UserState> user_state(std::string_view name) {
  return value_named<UserState>(k_user_state_names, name);
}

std::string_view name(TryResult result) {
  switch (result) {
    case TryResult::accepted:
      return "accepted";
    case TryResult::wrong:
      return "wrong";
    case TryResult::locked_now:
    case TryResult::locked:
      return "locked";
    case TryResult::blocked_now:
    case TryResult::blocked:
      break;
  }
  return "blocked";
}

UserState Standing::state(Instant now) const {
  if (deleted) return UserState::deleted;
  if (blocked) return UserState::blocked;
  if (locked_until && now < *locked_until) return UserState::locked;
  return activated ? UserState::active : UserState::registered;
}

TryResult try_password(Standing& standing, bool right, Instant now, const LockRules& rules) {
  if (standing.blocked) return TryResult::blocked;
  if (standing.state(now) == locked) return TryResult::locked;
  standing.locked_until.reset();  // over by itself
  if (right) {
    forget_failures(standing);
    return TryResult::accepted;
  }
  if (++standing.failures < rules.tries) return TryResult::wrong;
  standing.failures = 0;
  ++standing.locks;
  if (standing.locks >= rules.locks) {  // A10: a block instead of that lock
    standing.blocked = true;
    return TryResult::blocked_now;
  }
  standing.locked_until = now + rules.lock;
  return TryResult::locked_now;
}

bool activate(Standing& standing) {
  if (standing.activated || standing.deleted) return false;
  return standing.activated = true;
}

bool release(Standing& standing, Instant now) {
  const UserState state = standing.state(now);
  if (state != locked && state != blocked) return false;
  standing.blocked = false;
  forget_failures(standing);
  return true;
}

bool erase(Standing& standing) {
  if (standing.deleted) return false;
  return standing.deleted = true;
}

std::span<const UserMove> user_moves() {
  return k_user_moves;
}

void forget_failures(Standing& standing) {
  standing.failures = 0;
  standing.locks = 0;
  standing.locked_until.reset();
}

}  // namespace inkan::policy
