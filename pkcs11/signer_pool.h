// The sessions of one token: threads that each own one, fed by a bounded queue. A caller waits no longer than
// its deadline, whatever the module does. It knows keys by id only; what may be signed is the signers'
// business.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "pkcs11/key_handles.h"
#include "pkcs11/mechanism.h"
#include "pkcs11/session.h"
#include "pkcs11/token.h"

namespace inkan::pkcs11 {

// The right to have octets signed: only the signers' engine can make one.
class SigningPass {
  SigningPass() {}  // NOLINT(modernize-use-equals-default): a defaulted one would let `{}` forge the pass
  friend class KeySigner;
};

struct SignTask {
  policy::KeyId key;
  SignInput input;
  bool needs_proof = true;  // refuse unless the key has made its canary in this login epoch
};

// What the token did, before anyone judged the octets.
struct RawOutcome {
  enum class Kind { made, not_made, unknown };
  Kind kind = Kind::not_made;
  policy::Bytes signature;
  std::string reason;
  CK_RV rv = CKR_OK;
  int tries = 0;            // C_Sign calls
  std::uint64_t epoch = 0;  // the login it was made in
};

// Where sessions are opened. A new round closes every older session; a new epoch also voids handles and
// proofs.
struct LoginPoint {
  std::shared_ptr<Module> module;
  std::uint64_t generation = 0;
  CK_SLOT_ID slot = 0;
  std::uint64_t epoch = 0;
};

struct PoolGauges {
  int sessions_open = 0, in_flight = 0, stuck = 0, queued = 0;
  std::chrono::milliseconds sign_time{0};
  // When the first and the last of the stuck calls were left there; the last is now once no session is left
  // to try with. The same if none or one is stuck: what nobody has tried since may well work.
  std::chrono::steady_clock::time_point stuck_from{}, stuck_to{};
};

class SignerPool : public std::enable_shared_from_this<SignerPool> {
 public:
  using Work = std::function<CK_RV(Session&)>;

  // `on_suspect(round, why)` is called when two sessions in a row answered as if login or module were gone;
  // `on_success()` after a signature while the last recovery had not been proved. Both from a worker, without
  // locks.
  struct Listener {
    std::function<void(std::uint64_t round, const std::string& why)> on_suspect;
    std::function<void()> on_success;
    OnSigned on_signed = {};  // may be empty
  };

  // Starts a worker's thread; throws std::system_error when the system gives no more of them.
  using Start = std::function<std::thread(std::function<void()> work)>;
  static std::thread start_thread(std::function<void()> work) { return std::thread(std::move(work)); }

  SignerPool(int sessions, int queue_limit, std::chrono::milliseconds queue_deadline,
             std::chrono::milliseconds slow_call, Listener listener, Start start = start_thread);

  // Keys must be registered before they are used. Again is harmless.
  void add_key(const KnownKey& key);
  // `late` is called (from a worker) if a signature comes back after this returned `unknown`.
  RawOutcome sign(const SigningPass& pass, SignTask task, Deadline deadline,
                  std::function<void(RawOutcome)> late);
  // Runs `work` with a session. A `repeatable` one is run again on a new session after a suspect answer.
  // Throws Error{unavailable} when no answer came by the deadline; `work` must own what it touches.
  CK_RV run(Work work, bool repeatable, Deadline deadline);

  void prove(const policy::KeyId& key, std::uint64_t epoch);
  bool proved(const policy::KeyId& key) const;
  std::uint64_t epoch() const;

  // Starts a new round at that point and lets the workers go on.
  void resume(LoginPoint point);
  // Takes nothing more from the queue; true once no worker is inside a call that may still come back.
  bool pause(Deadline deadline);
  // While paused: answer new and waiting callers NotSigned, at once, with this reason. Possibly signed ones
  // wait on.
  void refuse(const std::string& why);
  // Ends the workers; false if some are stuck, which then end by themselves if ever their call returns.
  bool close(Deadline deadline);

  PoolGauges gauges() const;
  std::vector<SignatureCount> counts() const;
  std::vector<KnownKey> keys() const { return handles_.keys(); }
  KeyHandles& handles() { return handles_; }

 private:
  struct Job;
  // no_session: the token has no more of them. cancelled: given up before C_Sign.
  enum class Verdict { ok, failed, suspect, cancelled, no_session };
  struct Attempt;
  using JobPtr = std::shared_ptr<Job>;
  using Lock = std::unique_lock<std::mutex>;

  RawOutcome submit(const JobPtr& job, Deadline deadline);
  RawOutcome await(Job& job, Deadline deadline);
  void count_stuck();
  std::string refusal(const Job& job, Deadline deadline) const;
  bool would_outlast(Deadline deadline) const;
  bool ready_for(const Job& job) const;
  bool add_worker();
  void join_leavers();
  void shrink();
  void grow_back();
  void work();
  JobPtr take();
  Attempt attempt(Job& job, Session& session, const LoginPoint& point);
  Attempt attempt_once(Job& job, Session& session, const LoginPoint& point);
  Attempt sign_with(Job& job, Session& session, CK_OBJECT_HANDLE handle);
  bool enter_token(Job& job);
  void leave_token(Job& job, bool maybe_signed);
  bool settle(const JobPtr& job, Attempt attempt, std::uint64_t epoch, Lock& lock);
  std::shared_ptr<std::condition_variable> take_resting();
  void wake_all();
  void put_back(const JobPtr& job);
  bool answer(const JobPtr& job, Verdict verdict);
  void announce(const JobPtr& job, Verdict verdict, Lock& lock);
  void finish(Job& job, RawOutcome::Kind kind);

  const std::size_t sessions_;
  const std::size_t queue_limit_;
  const std::chrono::milliseconds queue_deadline_, slow_call_;
  const Listener listener_;
  const Start start_;
  KeyHandles handles_;

  mutable std::mutex mutex_;  // guards all below
  std::vector<std::shared_ptr<std::condition_variable>>
      resting_;                      // workers with nothing to take, latest last
  std::condition_variable drained_;  // pause() and close(): a worker came back
  std::deque<JobPtr> queue_;
  std::vector<std::thread> workers_;
  std::set<std::thread::id> leavers_;  // of workers_, those who are done
  LoginPoint point_;
  std::uint64_t round_ = 1;
  std::map<policy::KeyId, std::uint64_t> proofs_;  // key → epoch of its canary
  std::map<policy::KeyId, std::uint64_t> counts_;
  std::size_t max_workers_;  // shrinks when the token has no more sessions, and grows back to sessions_
  std::chrono::steady_clock::time_point grow_at_{};  // not before
  std::size_t idle_ = 0, alive_ = 0, busy_ = 0, stuck_ = 0, open_sessions_ = 0;
  std::chrono::steady_clock::time_point stuck_from_{}, stuck_to_{};  // while stuck_ is not 0
  bool paused_ = true, closing_ = false;
  std::chrono::nanoseconds sign_time_{0};  // of the last few signatures, the latest counting most
  std::string refusing_;                   // why; empty: not refusing
  bool unproved_ = false;                  // no signature yet since the last resume()
};

}  // namespace inkan::pkcs11
