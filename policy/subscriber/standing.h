// A user's standing: may he try his password now, and what a try makes of it. One counter for login and for
// issuing (rule A09). A table of moves and pure functions; whoever calls them keeps the result in the same
// transaction that read the value before.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "policy/types/validity.h"

namespace inkan::policy {

enum class UserState { registered, active, locked, blocked, deleted };

std::string_view name(UserState state);
std::optional<UserState> user_state(std::string_view name);

// Rules R11, R13: so many wrong passwords in a row lock for so long, and what would be the last of so many
// locks in a row is a block.
struct LockRules {
  int tries = 0;
  std::chrono::seconds lock{0};
  int locks = 0;
};

struct Standing {
  bool activated = false;  // the first registration is done: what the end of a lock goes back to
  int failures = 0;        // in a row, since the last success, lock or release
  int locks = 0;           // in a row, since the last success or release
  std::optional<Instant> locked_until = {};  // the first second at which it is over (R12, A11)
  bool blocked = false, deleted = false;

  UserState state(Instant now) const;
  bool operator==(const Standing&) const = default;
};

// What a try came to. `locked_now` and `blocked_now`: this very try did it, so its mail is due, once (A11).
enum class TryResult { accepted, wrong, locked_now, blocked_now, locked, blocked };
std::string_view name(TryResult result);

// Rules A08 to A12. While locked or blocked nothing is evaluated or counted. Never called for a deleted user:
// he is as one that never was.
TryResult try_password(Standing& standing, bool right, Instant now, const LockRules& rules);

// Each says whether it changed anything.
bool activate(Standing& standing);              // the first registration, or the first certificate
bool release(Standing& standing, Instant now);  // A11: failures and locks to nothing
bool erase(Standing& standing);
void forget_failures(Standing& standing);  // A09: after a success

// Rule A22: the moves that a user can make.
struct UserMove {
  UserState from, to;
};
std::span<const UserMove> user_moves();

}  // namespace inkan::policy
