// The recovery ladder: sessions anew, login anew, module anew. One thread per token climbs it, so that a
// caller's request never pays for it with more than its deadline.
#include <algorithm>

#include "pkcs11/cryptoki_error.h"
#include "pkcs11/token_core.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds k_drain{1000};  // for calls in flight to come back
constexpr milliseconds k_first_wait{50};
constexpr milliseconds k_longest_wait{2000};  // a network HSM is back in service within 5 s of its return
// Between module rungs while other tokens of the module sign: each logs those out for some milliseconds.
constexpr std::chrono::seconds k_spare_others{10};
constexpr CK_STATE k_logged_in = CKS_RW_USER_FUNCTIONS;

}  // namespace

void TokenCore::suspect(const std::string& why) {
  const std::lock_guard lock(mutex_);
  suspected_ = true;
  suspicion_ = why;
  count_healthy(false);
  if (state_ == TokenState::ready) state_ = TokenState::recovering;
  detail_ = why;
  wake_.notify_all();
}

void TokenCore::signed_again() {
  const std::lock_guard lock(mutex_);
  fruitless_ = 0;
  if (!closing_ && !suspected_) count_healthy(true);
}

void TokenCore::count_healthy(bool healthy) {
  if (healthy == healthy_) return;
  healthy_ = healthy;
  module_->healthy_tokens() += healthy ? 1 : -1;
}

void TokenCore::keep() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    wake_.wait(lock, [this] { return closing_ || suspected_; });
    if (!closing_) recover(lock);
  }
  keeper_ended_ = true;
  wake_.notify_all();
}

void TokenCore::recover(std::unique_lock<std::mutex>& lock) {
  suspected_ = false;
  const std::uint64_t epoch_before = point_.epoch;
  state_ = TokenState::recovering;
  for (std::string why = suspicion_; !why.empty();) {
    detail_ = why;
    if (wake_.wait_for(lock, back_off(), [this] { return closing_; })) return;
    const Rung rung = choose_rung();
    ++fruitless_;
    climbing_since_ = Clock::now();
    lock.unlock();
    try {
      why = climb(rung);
    } catch (const Error& refused) {
      // Wrong or locked PIN: another try could lock it for good. A person mends it and restarts.
      pool_->refuse(refused.what());
      lock.lock();
      climbing_since_.reset();
      state_ = TokenState::degraded;
      detail_ = refused.what();
      wake_.wait(lock, [this] { return closing_; });
      return;
    }
    lock.lock();
    climbing_since_.reset();
  }
  blocked_since_.reset();
  state_ = missing_keys_.empty() ? TokenState::ready : TokenState::degraded;
  detail_ = missing_keys_;
  epoch_ = point_.epoch;
  ++recoveries_;
  const auto callback = login_callback_;
  lock.unlock();
  pool_->resume(point_);
  if (callback && point_.epoch != epoch_before) callback(point_.epoch);
  lock.lock();
}

void TokenCore::note_blocked(bool blocked) {
  const std::lock_guard lock(mutex_);
  if (!blocked)
    blocked_since_.reset();
  else if (!blocked_since_)
    blocked_since_ = Clock::now();
}

// With mutex_ held.
TokenCore::Rung TokenCore::choose_rung() {
  if (fruitless_ == 0) return Rung::session;
  if (fruitless_ == 1) return Rung::login;
  const bool others_sign = module_->healthy_tokens() > 0;
  if (others_sign && Clock::now() - last_module_rung_ < k_spare_others) return Rung::login;
  return Rung::module;
}

// With mutex_ held. The first three rungs follow each other at once; then each wait is about twice the last,
// with jitter so that several daemons do not come back to a restarted HSM in step.
milliseconds TokenCore::back_off() {
  if (fruitless_ < 3) return milliseconds(0);
  const int doublings = std::min(fruitless_ - 3, 6);
  const milliseconds longest = std::min(k_longest_wait, k_first_wait * (1 << doublings));
  // The low digits of the clock are chance enough for that; entropy is asked for by the daemon alone.
  const auto ticks = Clock::now().time_since_epoch().count();
  return longest - milliseconds(ticks % (longest.count() / 2 + 1));
}

std::string TokenCore::climb(Rung rung) {
  // Calls that are stuck are not waited for: what they hold is of the past round.
  pool_->pause(Clock::now() + k_drain);
  switch (rung) {
    case Rung::session:
      return open_sessions();
    case Rung::login:
      return log_in(false);
    case Rung::module:
      break;
  }
  pool_->refuse("the token is being opened anew");
  last_module_rung_ = Clock::now();
  const CK_RV rv = module_->reinitialise(point_.generation, Clock::now() + k_drain);
  note_blocked(rv == k_calls_stuck);
  if (rv == k_calls_stuck) return "calls are stuck inside the module, so that it cannot be initialised anew";
  if (rv != CKR_OK) return "C_Initialize: " + rv_name(rv);
  point_.generation = module_->generation();
  return log_in(true);
}

std::string TokenCore::open_sessions() {
  auto [rv, session] = Session::open(module_, point_.generation, point_.slot);
  if (rv != CKR_OK) return "C_OpenSession: " + rv_name(rv);
  CK_SESSION_INFO info{};
  const CK_RV asked = session.call(
      [&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) { return p.C_GetSessionInfo(handle, &info); });
  if (asked != CKR_OK) return "C_GetSessionInfo: " + rv_name(asked);
  if (info.state != k_logged_in) return "the token has logged us out";
  kept_ = std::move(session);
  return find_keys(kept_, false);
}

std::string TokenCore::log_in(bool module_is_fresh) {
  // Another token of this module may have initialised it anew.
  point_.generation = module_->generation();
  const SlotChoice choice = choose_slot(*module_, point_.generation, config_.label, config_.serial);
  if (!choice.fault.empty()) {
    set_state(TokenState::absent, choice.fault);
    pool_->refuse(choice.fault);
    return choice.fault;
  }
  set_state(TokenState::recovering, "logging in anew");
  check_pin_flags(choice.token.flags);
  point_.slot = choice.token.description.slot;
  auto [rv, session] = Session::open(module_, point_.generation, point_.slot);
  if (rv != CKR_OK) return "C_OpenSession: " + rv_name(rv);
  if (const CK_RV answer = login(session); answer != CKR_OK) {
    if (pin_refused(answer)) refuse_login(answer);
    return "C_Login: " + rv_name(answer);
  }
  kept_ = std::move(session);
  ++point_.epoch;
  {
    const std::lock_guard lock(mutex_);
    description_ = choice.token.description;
  }
  // With the module initialised anew, what is not found is not there.
  return find_keys(kept_, module_is_fresh);
}

std::string TokenCore::find_keys(Session& session, bool accept_missing) {
  auto& handles = pool_->handles();
  handles.forget_all();
  for (const auto& key : handles.keys()) {
    const LocatedKey located = handles.resolve(session, key.id);
    if (located.suspect && (located.rv != k_not_as_recorded || !accept_missing)) return located.fault;
  }
  missing_keys_.clear();
  for (const auto& fault : handles.accept_faults())
    missing_keys_ += (missing_keys_.empty() ? "" : "; ") + fault;
  return {};
}

}  // namespace inkan::pkcs11
