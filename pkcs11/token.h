// One PKCS#11 token, logged in once and kept: it heals by itself, and tells what it is doing. It signs
// nothing for its callers; that is for the signers, each bound to a key of one purpose.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pkcs11/pin.h"
#include "pkcs11/sign_outcome.h"
#include "policy/types/key_id.h"

namespace inkan::pkcs11 {

class TokenCore;
struct KnownKey;

struct TokenConfig {
  std::string name;              // ours, as keys and metrics call it
  std::filesystem::path module;  // the vendor's .so
  std::string init_args;  // C_INITIALIZE_ARGS.pReserved (NSS needs one); the same for every token of a module
  std::string label;      // CKA: the token's label; slots are never named by number
  std::string serial;     // empty: any
  int sessions = 32;      // signing sessions at most, 1..256; the token's own limit is honoured too
  int queue_limit = 1024;                          // signatures that may wait for a session
  std::chrono::seconds open_deadline{30};          // the longest that finding it and logging in may take
  std::chrono::milliseconds queue_deadline{2000};  // the longest one may wait, whatever its caller's deadline
  std::chrono::milliseconds slow_call{1000};       // signatures that take this long make it degraded
};

// absent: no slot has it. present: found, not logged in. ready: signs. degraded: signs or may sign again, but
// a person should look (stuck or slow calls, refused PIN, missing keys). recovering: being opened again;
// callers get NotSigned.
enum class TokenState { absent, present, ready, degraded, recovering };
std::string_view name(TokenState state);

struct TokenStatus {
  TokenState state = TokenState::absent;
  std::string detail;  // why it is not ready; empty when it is
  std::string name, label, serial, model, manufacturer, firmware;
  int sessions_open = 0;
  int in_flight = 0;  // calls inside the token for a caller who still waits
  int stuck = 0;      // calls inside the token whose caller's deadline has passed
  int queued = 0;
  std::chrono::milliseconds sign_time{0};  // what a signature took lately
  bool slow = false;                       // degraded for that reason alone: it signs
  // How long calls have been stuck in its module, which can neither sign nor be initialised anew. Not 0 for
  // long only while calls are tried and stay away: a token that nobody asks is not judged.
  std::chrono::milliseconds hung{0};
  std::uint64_t epoch = 0;       // logins so far; keys are found anew in each
  std::uint64_t recoveries = 0;  // times the token was healed
};

// Signatures the token returned CKR_OK for, since this process opened it: the ledger's reconciliation reads
// them.
struct SignatureCount {
  policy::KeyId key;
  policy::KeyPurpose purpose;
  std::uint64_t signatures = 0;
};

// Hears how long each signature took inside the token (C_SignInit and C_Sign); called from its threads.
using OnSigned = std::function<void(std::chrono::nanoseconds)>;

class Token {
 public:
  // Loads the module (once per process and path), finds the one token of that label (and serial), logs in,
  // keeps a session for ever. Throws Error{config|token|pin|unavailable} saying which of module, token or PIN
  // is wrong and how to mend it. A refused PIN is tried once, and never again. A module that does not answer
  // by `open_deadline` is left to itself, in a thread that only _exit() ends.
  static std::shared_ptr<Token> open(const TokenConfig& config, Pin pin, OnSigned on_signed = {});
  ~Token();  // close()
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

  const TokenConfig& config() const;
  TokenStatus status() const;  // its own, also while a standby is in use; so are the signature counts
  std::uint64_t epoch() const;
  std::vector<SignatureCount> signature_counts() const;
  bool has_mechanism(unsigned long mechanism) const;  // CK_MECHANISM_TYPE
  // Octets from the token's random source; throws Error{unavailable}. Bounded by queue_deadline too.
  void random(std::span<std::uint8_t> out, Deadline deadline);
  // Called from the token's keeper thread after each further login, so that the owner can make the canaries
  // that the new epoch asks for. Only wakes a thread of the owner's: while it runs, the token cannot be
  // healed.
  void on_login(std::function<void(std::uint64_t epoch)> callback);
  // Refuses new work, waits (bounded) for calls in flight, closes sessions; the last token of a module
  // finalises it. A call that is stuck in the module keeps the module loaded and initialised: leave the
  // process by _exit().
  void close();

  // Another token with the same keys, which signs and draws in this one's place while told so. Set before any
  // signer is made. Nothing goes over by itself: a call ends where it began, and the keys make their canaries
  // on the standby before they sign there.
  void set_standby(std::shared_ptr<Token> standby) { standby_ = std::move(standby); }
  const std::shared_ptr<Token>& standby() const { return standby_; }
  void stand_in(bool standby) { stood_in_for_ = standby && standby_; }
  bool is_stood_in_for() const { return stood_in_for_; }
  const Token& in_use() const { return stood_in_for_ ? *standby_ : *this; }

  // For this folder: the sessions behind the token in use. Signing through it takes a pass that only the
  // signers can make. Asked for once a call: the next answer may be another.
  const std::shared_ptr<TokenCore>& core() const { return in_use().core_; }
  void add_key(const KnownKey& key);  // here, and on the standby
  void forget_key(const policy::KeyId& key);

 private:
  explicit Token(std::shared_ptr<TokenCore> core) : core_(std::move(core)) {}
  std::shared_ptr<TokenCore> core_;
  std::shared_ptr<Token> standby_;  // null: none
  std::atomic<bool> stood_in_for_ = false;
};

// What a module shows, for `inkan token list`.
struct TokenDescription {
  unsigned long slot = 0;  // may change at any time: never store it
  bool initialised = false;
  std::string label, serial, model, manufacturer, firmware;
};
std::vector<TokenDescription> list_tokens(const std::filesystem::path& module, const std::string& init_args);
// The one token of that label and serial, without logging in. Throws as Token::open does; knows no deadline.
TokenDescription find_token(const TokenConfig& config);

}  // namespace inkan::pkcs11
