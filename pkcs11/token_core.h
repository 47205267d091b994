// What Token is made of: login, pool, and the keeper thread that climbs the recovery ladder. Internal to this
// folder.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "pkcs11/signer_pool.h"
#include "pkcs11/slots.h"

namespace inkan::pkcs11 {

class TokenCore : public std::enable_shared_from_this<TokenCore> {
 public:
  TokenCore(TokenConfig config, Pin pin, OnSigned on_signed);
  ~TokenCore();
  TokenCore(const TokenCore&) = delete;
  TokenCore& operator=(const TokenCore&) = delete;

  void open();  // throws; Token::open describes what
  void give_up_opening() {
    given_up_ = true;
  }  // whoever waited for open() has left: it must not log in later
  void close();

  const TokenConfig& config() const { return config_; }
  SignerPool& pool() { return *pool_; }
  TokenStatus status() const;
  bool has_mechanism(CK_MECHANISM_TYPE mechanism) const;
  void random(std::span<std::uint8_t> out, Deadline deadline);
  void on_login(std::function<void(std::uint64_t)> callback);
  // Key generation takes turns: in parallel SoftHSM answers CKR_GENERAL_ERROR (its issue 573).
  std::mutex& generation_turn() { return generation_turn_; }

 private:
  // rung 1 opens sessions anew, rung 2 logs in anew, rung 3 initialises the module anew.
  enum class Rung { session = 1, login = 2, module = 3 };

  void login_first();
  CK_RV login(Session& session);
  void check_pin_flags(CK_FLAGS flags) const;
  void read_mechanisms();
  [[noreturn]] void refuse_login(CK_RV rv) const;

  // From the pool's workers.
  void suspect(const std::string& why);
  void signed_again();

  void keep();
  void recover(std::unique_lock<std::mutex>& lock);
  Rung choose_rung();
  std::chrono::milliseconds back_off();
  // Empty on success, else why not. Throws Error{pin}: never climbed again.
  std::string climb(Rung rung);
  std::string open_sessions();
  std::string log_in(bool module_is_fresh);
  std::string find_keys(Session& session, bool accept_missing);
  std::chrono::milliseconds hung_for(const PoolGauges& gauges) const;  // with mutex_ held
  void note_blocked(bool blocked);
  void has_signed(std::chrono::nanoseconds took);
  void set_state(TokenState state, const std::string& detail);
  void count_healthy(bool healthy);  // with mutex_ held

  const TokenConfig config_;
  const OnSigned on_signed_;
  Pin pin_;                         // kept for logging in again; used by open() and the keeper only
  std::shared_ptr<Module> module_;  // outlives the sessions below and in the pool
  std::shared_ptr<SignerPool> pool_;
  std::set<CK_MECHANISM_TYPE> mechanisms_;  // written by open() only
  std::mutex generation_turn_;
  std::atomic<bool> given_up_ = false;

  // The keeper's own; before it starts, open()'s.
  LoginPoint point_;
  Session kept_;  // open for ever: closing a token's last session logs out
  std::chrono::steady_clock::time_point last_module_rung_{};
  std::string missing_keys_;

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable wake_;
  std::thread keeper_;
  bool keeper_ended_ = false;
  bool closing_ = false;
  bool suspected_ = false;
  bool healthy_ = false;  // a signature was made since the last suspicion; counted in module_
  int fruitless_ = 0;     // rungs climbed since the last signature
  // Since when the rung under way is climbed, and since when stuck calls keep the module rung from it.
  std::optional<std::chrono::steady_clock::time_point> climbing_since_, blocked_since_;
  std::string suspicion_;
  TokenState state_ = TokenState::absent;
  std::string detail_;
  TokenDescription description_;
  std::uint64_t epoch_ = 0, recoveries_ = 0;
  std::function<void(std::uint64_t)> login_callback_;

  // A turn, not a mutex held while the token draws: one can wait for a turn until a deadline.
  std::mutex random_mutex_;  // guards drawing_
  std::condition_variable random_free_;
  bool drawing_ = false;
  policy::Bytes random_;  // drawn ahead: one call for many serial numbers; whoever has the turn uses it
};

}  // namespace inkan::pkcs11
