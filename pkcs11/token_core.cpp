#include "pkcs11/token_core.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "pkcs11/cryptoki_error.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::chrono::seconds k_close_patience{5};
constexpr std::size_t k_random_ahead = 1024;

std::shared_ptr<Module> load_checked(const TokenConfig& config) {
  if (config.sessions < 1 || config.sessions > 256)
    throw Error(ErrorCode::config, "token " + config.name + ": sessions must be 1 to 256, not " +
                                       std::to_string(config.sessions));
  if (config.queue_limit < 1)
    throw Error(ErrorCode::config, "token " + config.name + ": queue_limit must be at least 1");
  if (config.label.empty()) throw Error(ErrorCode::config, "token " + config.name + ": label is empty");
  return Module::load(config.module, config.init_args);
}

// The threads stuck inside still use what this owns.
void keep_for_ever(std::shared_ptr<TokenCore> core) {
  static std::mutex mutex;
  static auto* const kept = new std::vector<std::shared_ptr<TokenCore>>;  // not destroyed at exit either
  const std::lock_guard lock(mutex);
  kept->push_back(std::move(core));
}

}  // namespace

TokenCore::TokenCore(TokenConfig config, Pin pin, OnSigned on_signed)
    : config_(std::move(config)), on_signed_(std::move(on_signed)), pin_(std::move(pin)) {}

TokenCore::~TokenCore() = default;

void TokenCore::open() {
  module_ = load_checked(config_);
  login_first();
  read_mechanisms();
  pool_->resume(point_);
  keeper_ = std::thread([core = shared_from_this()] { core->keep(); });
}

void TokenCore::login_first() {
  const std::string where = "token " + config_.name + " (module " + module_->path() + "): ";
  point_.module = module_;
  point_.generation = module_->generation();
  const SlotToken found = find_slot(*module_, point_.generation, config_);
  set_state(TokenState::present, "not logged in yet");
  {
    const std::lock_guard lock(mutex_);
    description_ = found.description;
  }
  point_.slot = found.description.slot;
  check_pin_flags(found.flags);

  // One session is kept for ever, so the pool may have all but one of what the token allows.
  const auto limit = found.max_sessions;
  if (limit == 1)
    throw Error(ErrorCode::config, where + "the token allows one session only; at least two are needed");
  const int sessions =
      limit == 0 ? config_.sessions : static_cast<int>(std::min<CK_ULONG>(limit - 1, config_.sessions));
  const std::weak_ptr<TokenCore> self = weak_from_this();
  pool_ =
      std::make_shared<SignerPool>(sessions, config_.queue_limit, config_.queue_deadline, config_.slow_call,
                                   SignerPool::Listener{[self](std::uint64_t, const std::string& why) {
                                                          if (const auto core = self.lock())
                                                            core->suspect(why);
                                                        },
                                                        [self] {
                                                          if (const auto core = self.lock())
                                                            core->signed_again();
                                                        },
                                                        [self](std::chrono::nanoseconds took) {
                                                          if (const auto core = self.lock())
                                                            core->has_signed(took);
                                                        }});

  auto [rv, session] = Session::open(module_, point_.generation, point_.slot);
  if (rv != CKR_OK) throw Error(ErrorCode::unavailable, where + "C_OpenSession: " + rv_name(rv));
  kept_ = std::move(session);
  if (given_up_) throw Error(ErrorCode::unavailable, where + "too late");
  if (const CK_RV answer = login(kept_); answer != CKR_OK) refuse_login(answer);
  point_.epoch = 1;
  set_state(TokenState::ready, "");
  const std::lock_guard lock(mutex_);
  epoch_ = point_.epoch;
}

CK_RV TokenCore::login(Session& session) {
  const CK_RV rv = session.call([this](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
    return p.C_Login(handle, CKU_USER, pin_.bytes().data(), pin_.bytes().size());
  });
  // Login is the token's, not the session's: another Token of this process may have done it.
  return rv == CKR_USER_ALREADY_LOGGED_IN ? CKR_OK : rv;
}

void TokenCore::check_pin_flags(CK_FLAGS flags) const {
  const std::string where = "token \"" + config_.label + "\": ";
  if ((flags & CKF_USER_PIN_LOCKED) != 0)
    throw Error(ErrorCode::pin,
                where + "its user PIN is locked; the security officer must set it anew (C_InitPIN)");
  if ((flags & CKF_USER_PIN_INITIALIZED) == 0)
    throw Error(ErrorCode::pin,
                where + "its user PIN was never set; the security officer must set it (C_InitPIN)");
  // A service that is restarted on failure must not spend the last try on a stale PIN file.
  if ((flags & CKF_USER_PIN_FINAL_TRY) != 0)
    throw Error(ErrorCode::pin,
                where +
                    "one try is left before its user PIN locks, so the PIN is not tried; log in once by "
                    "hand (pkcs11-tool --login) to set the counter back");
}

void TokenCore::refuse_login(CK_RV rv) const {
  const std::string where = "token \"" + config_.label + "\": C_Login: " + rv_name(rv);
  if (!pin_refused(rv)) throw Error(ErrorCode::token, where);
  std::string what;
  switch (rv) {
    case CKR_PIN_LOCKED:
      what = "; the PIN is locked, the security officer must set it anew (C_InitPIN)";
      break;
    case CKR_PIN_EXPIRED:
      what = "; the PIN has expired, set a new one (C_SetPIN)";
      break;
    case CKR_USER_PIN_NOT_INITIALIZED:
      what = "; the PIN was never set (C_InitPIN)";
      break;
    default:
      what =
          "; the PIN is wrong. It was tried once and will not be tried again by itself: give the right one";
  }
  // What the token says now, the wrong try counted. Flags are all it tells; many tokens tell none.
  const CK_FLAGS flags = choose_slot(*module_, point_.generation, config_.label, config_.serial).token.flags;
  if ((flags & CKF_USER_PIN_LOCKED) != 0 && rv != CKR_PIN_LOCKED)
    what +=
        ". That was the last try: it is locked now, and the security officer must set it anew (C_InitPIN)";
  else if ((flags & CKF_USER_PIN_FINAL_TRY) != 0)
    what += ". One try is left before it locks";
  else if ((flags & CKF_USER_PIN_COUNT_LOW) != 0)
    what += ". Few tries are left before it locks";
  throw Error(ErrorCode::pin, where + what);
}

void TokenCore::read_mechanisms() {
  std::vector<CK_MECHANISM_TYPE> list;
  const CK_RV rv = module_->call(point_.generation, [&](CK_FUNCTION_LIST& p) {
    CK_ULONG count = 0;
    if (const CK_RV asked = p.C_GetMechanismList(point_.slot, nullptr, &count); asked != CKR_OK) return asked;
    list.resize(count);
    return p.C_GetMechanismList(point_.slot, list.data(), &count);
  });
  if (rv != CKR_OK)
    throw Error(ErrorCode::token, "token \"" + config_.label + "\": C_GetMechanismList: " + rv_name(rv));
  mechanisms_ = {list.begin(), list.end()};
}

bool TokenCore::has_mechanism(CK_MECHANISM_TYPE mechanism) const {
  return mechanisms_.contains(mechanism);
}

void TokenCore::random(std::span<std::uint8_t> out, Deadline caller_leaves) {
  // One deadline for the turn and the draw: callers who queue behind a stalled token leave with it, together.
  const Deadline deadline = std::min(caller_leaves, Clock::now() + config_.queue_deadline);
  {
    std::unique_lock lock(random_mutex_);
    if (!random_free_.wait_until(lock, deadline, [this] { return !drawing_; }))
      throw Error(ErrorCode::unavailable, "C_GenerateRandom: another call of it has not come back");
    drawing_ = true;
  }
  const std::unique_ptr<TokenCore, void (*)(TokenCore*)> turn(this, [](TokenCore* core) {
    {
      const std::lock_guard lock(core->random_mutex_);
      core->drawing_ = false;
    }
    core->random_free_.notify_one();
  });
  while (!out.empty()) {
    if (random_.empty()) {
      const auto drawn = std::make_shared<policy::Bytes>(k_random_ahead);
      const CK_RV rv = pool_->run(
          [drawn](Session& session) {
            return session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
              return p.C_GenerateRandom(handle, drawn->data(), drawn->size());
            });
          },
          true, deadline);
      if (rv != CKR_OK) throw Error(ErrorCode::unavailable, "C_GenerateRandom: " + rv_name(rv));
      random_ = std::move(*drawn);
    }
    const std::size_t count = std::min(out.size(), random_.size());
    const auto from = random_.end() - static_cast<std::ptrdiff_t>(count);
    std::copy(from, random_.end(), out.begin());
    OPENSSL_cleanse(&*from, count);
    random_.resize(random_.size() - count);
    out = out.subspan(count);
  }
}

TokenStatus TokenCore::status() const {
  TokenStatus status;
  const PoolGauges gauges = pool_->gauges();
  status.sessions_open = gauges.sessions_open;
  status.in_flight = gauges.in_flight;
  status.stuck = gauges.stuck;
  status.queued = gauges.queued;
  status.sign_time = gauges.sign_time;
  const std::lock_guard lock(mutex_);
  status.state = state_;
  status.detail = detail_;
  status.name = config_.name;
  status.label = description_.label;
  status.serial = description_.serial;
  status.model = description_.model;
  status.manufacturer = description_.manufacturer;
  status.firmware = description_.firmware;
  status.epoch = epoch_;
  status.recoveries = recoveries_;
  status.hung = hung_for(gauges);
  if (status.state != TokenState::ready) return status;
  status.slow = status.stuck == 0 && status.sign_time >= config_.slow_call;
  if (status.stuck > 0) status.detail = std::to_string(status.stuck) + " calls are stuck inside the module";
  if (status.slow)
    status.detail = "it signs, but a signature takes " + std::to_string(status.sign_time.count()) + " ms";
  if (status.slow || status.stuck > 0) status.state = TokenState::degraded;
  return status;
}

// With mutex_ held. A signature by any token of the module shows that the module works.
std::chrono::milliseconds TokenCore::hung_for(const PoolGauges& gauges) const {
  if (closing_ || !module_) return {};
  const auto now = Clock::now();
  const auto fruitless = [this](Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration_cast<milliseconds>(to - std::max(from, module_->signed_at()));
  };
  milliseconds longest = fruitless(gauges.stuck_from, gauges.stuck_to);
  if (blocked_since_) longest = std::max(longest, fruitless(*blocked_since_, now));
  // The keeper's own calls are left as much time as opening has.
  if (climbing_since_ && now - *climbing_since_ > config_.open_deadline)
    longest = std::max(longest, fruitless(*climbing_since_, now));
  return std::max(longest, milliseconds(0));
}

void TokenCore::has_signed(std::chrono::nanoseconds took) {
  module_->note_signature();
  if (on_signed_) on_signed_(took);
}

void TokenCore::on_login(std::function<void(std::uint64_t)> callback) {
  const std::lock_guard lock(mutex_);
  login_callback_ = std::move(callback);
}

void TokenCore::set_state(TokenState state, const std::string& detail) {
  const std::lock_guard lock(mutex_);
  state_ = state;
  detail_ = detail;
}

void TokenCore::close() {
  std::unique_lock lock(mutex_);
  if (std::exchange(closing_, true)) return;
  if (module_) count_healthy(false);
  wake_.notify_all();
  lock.unlock();
  const auto deadline = Clock::now() + k_close_patience;
  const bool workers_ended = !pool_ || pool_->close(deadline);
  lock.lock();
  const bool keeper_ended =
      !keeper_.joinable() || wake_.wait_until(lock, deadline, [this] { return keeper_ended_; });
  std::thread keeper = std::move(keeper_);
  lock.unlock();
  if (keeper.joinable()) keeper_ended ? keeper.join() : keeper.detach();
  set_state(TokenState::absent, "closed");
  // With a call stuck inside, closing a session could hang too; the module then stays as it is until _exit().
  if (!workers_ended || !keeper_ended) return keep_for_ever(shared_from_this());
  kept_.close();
  point_.module.reset();
  module_.reset();
}

}  // namespace inkan::pkcs11
