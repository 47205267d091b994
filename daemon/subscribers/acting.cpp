#include "daemon/subscribers/acting.h"

namespace inkan::daemon {

using policy::Denial;
using policy::FirstPassword;
using policy::SubscriberRole;
using policy::UserKind;
using policy::UserState;

namespace {

const Denial k_no_ticket{"user.ticket", "A16", "the session is over, or is another browser's",
                         "have the user log in again"};

}  // namespace

policy::OrDenial<SessionUser> user_of_session(Database& database, const api::Ticket& ticket,
                                              policy::Instant now) {
  auto session = SessionRow::find(database, ticket_hash(ticket.secret));
  if (!session || now >= session->ends ||
      (!session->browser.empty() && session->browser != ticket_hash(ticket.browser)))
    return k_no_ticket;
  auto user = UserRow::find(database, session->user);
  if (!user) return k_no_ticket;
  // A lock elsewhere ends no session, a block or a deletion does (A16).
  const auto state = user->standing.state(now);
  if (state == UserState::blocked || state == UserState::deleted) return k_no_ticket;
  return SessionUser{*std::move(session), *std::move(user)};
}

bool must_choose_password(const policy::Pack& pack, const UserRow& user) {
  if (user.own_password || pack.first_password == FirstPassword::nobody) return false;
  return pack.first_password == FirstPassword::everybody || user.kind == UserKind::master;
}

policy::OrDenial<Actor> actor_of(Database& database, const policy::Pack& pack, const api::Acting& who,
                                 policy::Instant now) {
  if (who.call.identity.role() == policy::Role::bank_staff) return Actor{};
  if (!who.ticket)
    return Denial{"user.ticket", "role table", "the web tier acts upon users for a master user only",
                  "send his session's ticket as `Authorization: Bearer`"};
  auto found = user_of_session(database, *who.ticket, now);
  if (const auto* denial = policy::denied(found)) return *denial;
  const auto& user = std::get<SessionUser>(found).user;
  if (must_choose_password(pack, user))
    return Denial{"user.first-password", "R24", "the user has not chosen a password of his own yet",
                  "have him choose one first"};
  return Actor{role_of(user.kind), user.id, user.organisation};
}

SubscriberRole role_of(UserKind kind) {
  return kind == UserKind::master ? SubscriberRole::master_user : SubscriberRole::general_user;
}

std::optional<Denial> check_role(const policy::Pack& pack, const Actor& actor, policy::SubscriberAct act) {
  if (pack.may(actor.role, act)) return std::nullopt;
  return Denial{"role.table", "policy pack " + pack.name + " v" + std::to_string(pack.version),
                "a " + std::string(name(actor.role)) + " may not do " + std::string(name(act)),
                "have it done by somebody whose role may"};
}

}  // namespace inkan::daemon
