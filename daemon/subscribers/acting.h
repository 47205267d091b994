// Who acts upon users, and on which: the bank's staff on all, a master user on the general users of his own
// organisation, by the pack's role table.
#pragma once

#include "daemon/subscribers/parts.h"

namespace inkan::daemon {

struct Actor {
  policy::SubscriberRole role = policy::SubscriberRole::bank_staff;
  std::string user;          // of a master user: his id
  std::string organisation;  // his; empty: all
};

// The user of a session; denial "user.ticket" if that is over, or is another browser's.
struct SessionUser {
  SessionRow session;
  UserRow user;
};
policy::OrDenial<SessionUser> user_of_session(Database& database, const api::Ticket& ticket,
                                              policy::Instant now);

// Rule "role.table". A session that was opened to choose a password is good for nothing else.
policy::OrDenial<Actor> actor_of(Database& database, const policy::Pack& pack, const api::Acting& who,
                                 policy::Instant now);
policy::SubscriberRole role_of(policy::UserKind kind);
std::optional<policy::Denial> check_role(const policy::Pack& pack, const Actor& actor,
                                         policy::SubscriberAct act);

// Whether the user must choose a password of his own before anything else (R24).
bool must_choose_password(const policy::Pack& pack, const UserRow& user);

}  // namespace inkan::daemon
