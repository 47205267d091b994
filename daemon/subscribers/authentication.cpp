#include "daemon/subscribers/authentication.h"

#include "daemon/store/enrolment_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::EventType;
using policy::TryResult;

namespace {

constexpr double k_no_limit = 1e9;

policy::Event event_of_try(const policy::Standing& standing, TryResult result, const std::string& screen) {
  policy::Event event{.type = EventType::user_auth,
                      .outcome = result == TryResult::accepted ? "success" : "failure"};
  event.detail = {{"failures", standing.failures},
                  {"locks", standing.locks},
                  {"result", policy::name(result)},
                  {"screen", screen}};
  return event;
}

std::string in_minutes(std::chrono::seconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(time).count()) + " minutes";
}

}  // namespace

Authentication::Authentication(SubscriberParts parts, const TryLimits& limits)
    : parts_(parts),
      all_(limits.per_second, k_no_limit),
      by_address_(k_no_limit, limits.per_address_second),
      by_id_(k_no_limit, limits.per_id_second) {}

void Authentication::follow(const TryLimits& limits) {
  all_.set(limits.per_second, k_no_limit);
  by_address_.set(k_no_limit, limits.per_address_second);
  by_id_.set(k_no_limit, limits.per_id_second);
}

// The work is the same for every ID and every state: one row read, one Argon2id, one transaction with one
// leaf.
std::optional<Authentication::Refusal> Authentication::attempt(const api::Call& call,
                                                               const api::Credentials& credentials,
                                                               const std::string& screen,
                                                               const Accepted& accepted) {
  const auto begun_at = RateLimit::Clock::now();
  const Bytes phantom = parts_.secret.hmac(credentials.user_id);
  // A web tier that does not say for whom it asks is limited by ID, and with everybody.
  const auto& address = credentials.address;
  // The address first: what it is refused costs nobody else a try.
  if ((!address.empty() && !by_address_.take(address, begun_at)) ||
      !by_id_.take(policy::to_hex(phantom), begun_at) || !all_.take("", begun_at))
    return api::TooOften{};
  const auto found = parts_.store.read(
      [&](Database& database) { return UserRow::find_user_id(database, credentials.user_id); });
  const bool there = found && !found->deleted;
  const bool right = there ? parts_.hasher.verify(found->password, credentials.password, call.deadline)
                           : parts_.hasher.verify_nobody(credentials.password, call.deadline);
  const bool forgets = parts_.pack.second_factor == policy::SecondFactor::none;
  const auto denial = parts_.writer.write([&](Writing& w) -> std::optional<policy::Denial> {
    if (!there) return count_phantom(w, call, phantom, screen);
    auto user = UserRow::find(w.database(), found->id);
    if (!user || user->deleted || user->password != found->password)
      throw Error(ErrorCode::unavailable, "the user was changed at this moment");
    return count(w, call, *user, right, screen, accepted, forgets);
  });
  if (denial) return *denial;
  if (!parts_.hasher.is_current(found->password))
    renew_hash(found->id, found->password, credentials.password, call.deadline);
  return std::nullopt;
}

// A hash of a lower cost than is asked for now is made anew while its password is known; only after a
// success, for the time it takes tells that the password was right.
void Authentication::renew_hash(const std::string& id, const std::string& verified,
                                const std::string& password, api::Deadline deadline) {
  const std::string again = parts_.hasher.hash(password, deadline);
  parts_.writer.write([&](Writing& w) {
    auto user = UserRow::find(w.database(), id);
    if (!user || user->password != verified) return;  // changed meanwhile
    user->password = again;
    user->update(w.database());
  });
}

std::optional<policy::Denial> Authentication::count(Writing& w, const api::Call& call, UserRow& user,
                                                    bool right, const std::string& screen,
                                                    const Accepted& accepted, bool forgets) const {
  const policy::Standing before = user.standing;
  const TryResult result = policy::try_password(user.standing, right, w.now(), parts_.pack.lock);
  if (result == TryResult::accepted && !forgets) {
    user.standing.failures = before.failures;
    user.standing.locks = before.locks;
  }
  parts_.measurements.count_try(result);
  user.update_standing(w.database());
  const auto leaf = tell_of(w, call, event_of_try(user.standing, result, screen), user.id);
  if (result == TryResult::accepted) {
    accepted(w, user);
    return std::nullopt;
  }
  if (result == TryResult::locked_now) {
    const auto until = policy::to_rfc3339(*user.standing.locked_until);
    policy::Event event{.type = EventType::user_lock};
    event.detail = {{"until", until}};
    tell_of(w, call, std::move(event), user.id);
    post(w, parts_.pack, user.id,
         {policy::MailKind::locked, "locked " + std::to_string(leaf), {}, {{"until", until}}});
  }
  if (result == TryResult::blocked_now) {
    tell_of(w, call, {.type = EventType::user_block}, user.id);
    cancel_authenticated(w.database(), user.id);
    SessionRow::erase_of(w.database(), user.id);
    post(w, parts_.pack, user.id, {policy::MailKind::blocked, "blocked " + std::to_string(leaf)});
  }
  return denial_of(result, user.standing, user.kind);
}

std::optional<policy::Denial> Authentication::count_phantom(Writing& w, const api::Call& call,
                                                            const Bytes& id,
                                                            const std::string& screen) const {
  auto phantom = PhantomRow::find(w.database(), id);
  const TryResult result = policy::try_password(phantom.standing, false, w.now(), parts_.pack.lock);
  parts_.measurements.count_try(result);
  phantom.put(w.database(), w.now());
  policy::Event event = event_of_try(phantom.standing, result, screen);
  event.request_id = call.request_id;
  event.trace_id = call.trace_id;
  w.append(event, call.identity);
  return denial_of(result, phantom.standing, policy::UserKind::general);
}

policy::Denial Authentication::denial_of(TryResult result, const policy::Standing& standing,
                                         policy::UserKind kind) const {
  const auto& rules = parts_.pack.lock;
  switch (result) {
    case TryResult::accepted:  // is no denial
    case TryResult::wrong:
      break;
    case TryResult::locked_now:
    case TryResult::locked:
      return {"user.locked", "R11", "the user is locked until " + policy::to_rfc3339(*standing.locked_until),
              "wait until then: the lock ends by itself"};
    case TryResult::blocked_now:
    case TryResult::blocked:
      return {"user.blocked", "R13", "the user is blocked, which no time ends",
              kind == policy::UserKind::master ? "ask the bank to release him"
                                               : "ask a master user of the company to release him"};
  }
  return {"user.authentication", "R17", "the user ID or the password is wrong",
          "after " + std::to_string(rules.tries) + " wrong passwords in a row a user is locked for " +
              in_minutes(rules.lock)};
}

}  // namespace inkan::daemon
