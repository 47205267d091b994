#include "pkcs11/signer_pool.h"

#include <algorithm>

#include "pkcs11/cryptoki_error.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;
using Clock = std::chrono::steady_clock;

constexpr int k_max_requeues = 2;              // times a job goes back for a healed token
constexpr std::size_t k_max_signature = 2048;  // RSA-16384; a length query would cost a round trip

}  // namespace

struct SignerPool::Job {
  // preparing: a worker has it, and nothing was handed to C_Sign yet. inside: in C_Sign.
  enum class Stage { queued, preparing, inside, done };

  std::optional<SignTask> task;  // else work
  Work work;
  bool repeatable = true;
  std::function<void(RawOutcome)> late;

  // Guarded by mutex_ of the pool.
  std::condition_variable done;
  Stage stage = Stage::queued;
  bool abandoned = false;     // its caller has left
  bool maybe_signed = false;  // a C_Sign left it open
  int requeues = 0;
  std::uint64_t round = 0;
  RawOutcome outcome;
};

struct SignerPool::Attempt {
  enum class Verdict { ok, failed, suspect, cancelled, no_session };
  Verdict verdict = Verdict::failed;
  CK_RV rv = CKR_OK;
  std::string reason;
  int tries = 0;
  policy::Bytes signature;

  static Attempt of(CK_RV rv, const std::string& function) {
    Attempt attempt;
    attempt.verdict = rv == CKR_OK ? Verdict::ok : is_suspect(rv) ? Verdict::suspect : Verdict::failed;
    attempt.rv = rv;
    if (rv != CKR_OK) attempt.reason = function + ": " + rv_name(rv);
    return attempt;
  }
};

SignerPool::SignerPool(int sessions, int queue_limit, std::chrono::milliseconds queue_deadline,
                       Listener listener)
    : queue_limit_(static_cast<std::size_t>(queue_limit)),
      queue_deadline_(queue_deadline),
      listener_(std::move(listener)),
      max_workers_(static_cast<std::size_t>(sessions)) {}

void SignerPool::add_key(const KnownKey& key) {
  handles_.add(key);
  const std::lock_guard lock(mutex_);
  counts_.try_emplace(key.id, 0);
}

RawOutcome SignerPool::sign(const SigningPass&, SignTask task, Deadline deadline,
                            std::function<void(RawOutcome)> late) {
  const auto job = std::make_shared<Job>();
  job->task = std::move(task);
  job->late = std::move(late);
  return submit(job, deadline);
}

CK_RV SignerPool::run(Work work, bool repeatable, Deadline deadline) {
  const auto job = std::make_shared<Job>();
  job->work = std::move(work);
  job->repeatable = repeatable;
  const RawOutcome outcome = submit(job, deadline);
  if (outcome.kind != RawOutcome::Kind::made && outcome.rv == CKR_OK)
    throw Error(ErrorCode::unavailable, "the token did not answer: " + outcome.reason);
  return outcome.rv;
}

RawOutcome SignerPool::submit(const JobPtr& job, Deadline deadline) {
  Lock lock(mutex_);
  if (std::string why = refusal(*job); !why.empty()) {
    RawOutcome refused;
    refused.reason = std::move(why);
    return refused;
  }
  queue_.push_back(job);
  if (queue_.size() > idle_ && alive_ < max_workers_) add_worker();
  wake_.notify_one();
  return await(*job, deadline, lock);
}

std::string SignerPool::refusal(const Job& job) const {
  if (closing_) return "the token is closed";
  if (!refusing_.empty()) return refusing_;
  if (queue_.size() >= queue_limit_)
    return "the token's queue is full (" + std::to_string(queue_limit_) + " waiting)";
  if (stuck_ >= max_workers_)
    return "all " + std::to_string(max_workers_) +
           " sessions are stuck inside the module; restart the token's service";
  if (!ready_for(job)) return "the key has not made its canary since the token was logged in";
  return {};
}

bool SignerPool::ready_for(const Job& job) const {
  if (!job.task || !job.task->needs_proof) return true;
  const auto proof = proofs_.find(job.task->key);
  return proof != proofs_.end() && proof->second == point_.epoch;
}

// Returns the caller's answer; the job may live on in a worker's hands.
RawOutcome SignerPool::await(Job& job, Deadline deadline, Lock& lock) {
  const auto is_done = [&job] { return job.stage == Job::Stage::done; };
  const auto leave_queue = std::min(deadline, Clock::now() + queue_deadline_);
  if (job.done.wait_until(lock, leave_queue, is_done)) return job.outcome;
  const bool still_waiting = job.stage == Job::Stage::queued && !job.maybe_signed;
  if (!still_waiting && job.done.wait_until(lock, deadline, is_done)) return job.outcome;

  job.abandoned = true;
  if (job.stage == Job::Stage::inside) ++stuck_;
  if (job.stage == Job::Stage::queued)
    std::erase_if(queue_, [&job](const JobPtr& one) { return one.get() == &job; });
  RawOutcome outcome = job.outcome;
  const bool maybe = job.maybe_signed || job.stage == Job::Stage::inside;
  outcome.kind = maybe ? RawOutcome::Kind::unknown : RawOutcome::Kind::not_made;
  outcome.tries += job.stage == Job::Stage::inside ? 1 : 0;
  if (job.stage == Job::Stage::inside)
    outcome.reason = "the deadline passed with C_Sign in flight";
  else
    outcome.reason =
        "no session within the deadline" + (outcome.reason.empty() ? "" : " (" + outcome.reason + ")");
  return outcome;
}

void SignerPool::add_worker() {
  ++alive_;
  workers_.emplace_back([self = shared_from_this()] { self->work(); });
}

SignerPool::JobPtr SignerPool::take() {
  if (paused_) return nullptr;
  const auto at =
      std::find_if(queue_.begin(), queue_.end(), [this](const JobPtr& job) { return ready_for(*job); });
  if (at == queue_.end()) return nullptr;
  JobPtr job = *at;
  queue_.erase(at);
  job->stage = Job::Stage::preparing;
  job->round = round_;
  return job;
}

void SignerPool::work() {
  Session session;
  std::uint64_t session_round = 0;
  Lock lock(mutex_);
  for (bool stay = true; stay && !closing_;) {
    const JobPtr job = take();
    if (!job) {
      ++idle_;
      wake_.wait(lock);
      --idle_;
      continue;
    }
    const LoginPoint point = point_;
    const bool had_session = static_cast<bool>(session);
    ++busy_;
    lock.unlock();
    if (std::exchange(session_round, job->round) != job->round) session.close();
    Attempt result = attempt(*job, session, point);
    // A failed C_Sign may leave its operation active (the next C_SignInit: CKR_OPERATION_ACTIVE); so may one
    // that was given up between C_SignInit and C_Sign.
    if (result.verdict != Attempt::Verdict::ok) session.close();
    lock.lock();
    --busy_;
    open_sessions_ += (session ? 1U : 0U) - (had_session ? 1U : 0U);
    stay = settle(job, std::move(result), point.epoch, lock);
    drained_.notify_all();
  }
  if (session) --open_sessions_;
  lock.unlock();
  session.close();
  lock.lock();
  --alive_;
  drained_.notify_all();
}

// Rung one of the ladder happens here: a suspect answer on one session is tried once more on a new one.
SignerPool::Attempt SignerPool::attempt(Job& job, Session& session, const LoginPoint& point) {
  Attempt first = attempt_once(job, session, point);
  if (first.verdict != Attempt::Verdict::suspect || !job.repeatable) return first;
  session.close();
  if (job.task) handles_.forget(job.task->key);
  Attempt second = attempt_once(job, session, point);
  second.tries += first.tries;
  return second;
}

SignerPool::Attempt SignerPool::attempt_once(Job& job, Session& session, const LoginPoint& point) {
  if (!session) {
    auto [rv, opened] = Session::open(point.module, point.generation, point.slot);
    Attempt attempt = Attempt::of(rv, "C_OpenSession");
    if (rv == CKR_SESSION_COUNT) attempt.verdict = Attempt::Verdict::no_session;
    if (rv != CKR_OK) return attempt;
    session = std::move(opened);
  }
  if (!job.task) {
    if (!enter_token(job)) return {Attempt::Verdict::cancelled, CKR_OK, {}, 0, {}};
    Attempt attempt = Attempt::of(job.work(session), "the token's answer");
    leave_token(job, false);
    return attempt;
  }
  const LocatedKey key = handles_.resolve(session, job.task->key);
  if (!key.fault.empty())
    return {key.suspect ? Attempt::Verdict::suspect : Attempt::Verdict::failed, key.rv, key.fault, 0, {}};
  return sign_with(job, session, key.private_key);
}

SignerPool::Attempt SignerPool::sign_with(Job& job, Session& session, CK_OBJECT_HANDLE handle) {
  SignInput input = job.task->input;  // Cryptoki takes pointers to non-const
  CK_MECHANISM mechanism{input.mechanism, nullptr, 0};
  if (input.pss) {
    mechanism.pParameter = &*input.pss;
    mechanism.ulParameterLen = sizeof *input.pss;
  }
  policy::Bytes raw(k_max_signature);
  CK_ULONG size = raw.size();
  bool entered = false, initialised = false;
  const CK_RV rv = session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE on) {
    const CK_RV begun = p.C_SignInit(on, &mechanism, handle);
    initialised = begun == CKR_OK;
    if (!initialised) return begun;
    entered = enter_token(job);
    return entered ? p.C_Sign(on, input.data.data(), input.data.size(), raw.data(), &size) : CKR_OK;
  });
  if (initialised && !entered) return {Attempt::Verdict::cancelled, CKR_OK, "given up before C_Sign", 0, {}};
  Attempt attempt = Attempt::of(rv, entered ? "C_Sign" : "C_SignInit");
  attempt.tries = entered ? 1 : 0;
  if (rv == CKR_OK) {
    raw.resize(std::min<std::size_t>(size, raw.size()));
    attempt.signature = std::move(raw);
  } else if (entered) {
    leave_token(job, !certainly_not_signed(rv));
  }
  return attempt;
}

// The line between "certainly not signed" and "possibly signed".
bool SignerPool::enter_token(Job& job) {
  const std::lock_guard lock(mutex_);
  if (job.abandoned || job.round != round_) return false;
  job.stage = Job::Stage::inside;
  return true;
}

void SignerPool::leave_token(Job& job, bool maybe_signed) {
  const std::lock_guard lock(mutex_);
  job.maybe_signed |= maybe_signed;
  if (!job.abandoned) job.stage = Job::Stage::preparing;
}

// False if the worker has no session to work with and the others do.
bool SignerPool::settle(const JobPtr& job, Attempt attempt, std::uint64_t epoch, Lock& lock) {
  using Verdict = Attempt::Verdict;
  job->outcome.tries += attempt.tries;
  job->outcome.rv = attempt.rv;
  job->outcome.reason = std::move(attempt.reason);
  job->outcome.epoch = epoch;
  const bool ok = attempt.verdict == Verdict::ok;
  if (ok && job->task) {
    ++counts_[job->task->key];
    job->outcome.signature = std::move(attempt.signature);
  }

  if (attempt.verdict == Verdict::no_session && open_sessions_ > 0) {
    max_workers_ = open_sessions_;
    job->stage = Job::Stage::queued;
    if (!job->abandoned) queue_.push_front(job);
    wake_.notify_one();
    return false;
  }
  const bool back_to_queue = (attempt.verdict == Verdict::suspect || attempt.verdict == Verdict::cancelled) &&
                             job->repeatable && !job->abandoned && job->requeues < k_max_requeues;
  if (job->abandoned) {
    if (job->stage == Job::Stage::inside) --stuck_;
  } else if (back_to_queue) {
    ++job->requeues;
    job->stage = Job::Stage::queued;
    queue_.push_front(job);
    wake_.notify_one();
  } else {
    finish(*job, ok ? RawOutcome::Kind::made : RawOutcome::Kind::not_made);
  }

  const bool tell_suspect = attempt.verdict == Verdict::suspect && job->round == round_ && !paused_;
  const bool tell_success = ok && job->task && std::exchange(unproved_, false);
  const bool tell_late = ok && job->abandoned && job->late;
  if (tell_suspect) paused_ = true;
  if (!tell_suspect && !tell_success && !tell_late) return true;
  RawOutcome outcome = job->outcome;
  if (tell_late) outcome.kind = RawOutcome::Kind::made;
  lock.unlock();
  if (tell_late) job->late(std::move(outcome));
  if (tell_success) listener_.on_success();
  if (tell_suspect) listener_.on_suspect(job->round, outcome.reason);
  lock.lock();
  return true;
}

void SignerPool::finish(Job& job, RawOutcome::Kind kind) {
  job.outcome.kind =
      kind == RawOutcome::Kind::not_made && job.maybe_signed ? RawOutcome::Kind::unknown : kind;
  job.stage = Job::Stage::done;
  job.done.notify_one();
}

void SignerPool::prove(const policy::KeyId& key, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  proofs_.insert_or_assign(key, epoch);
  wake_.notify_all();
}

bool SignerPool::proved(const policy::KeyId& key) const {
  const std::lock_guard lock(mutex_);
  const auto proof = proofs_.find(key);
  return proof != proofs_.end() && proof->second == point_.epoch;
}

std::uint64_t SignerPool::epoch() const {
  const std::lock_guard lock(mutex_);
  return point_.epoch;
}

void SignerPool::resume(LoginPoint point) {
  const Lock lock(mutex_);
  if (point.epoch != point_.epoch) handles_.forget_all();
  point_ = std::move(point);
  ++round_;
  paused_ = false;
  unproved_ = true;
  refusing_.clear();
  // What waits for a canary that is only now due has certainly not been signed: its caller is told at once.
  // One that possibly was waits for the canary, to be signed again under the same intent.
  std::erase_if(queue_, [this](const JobPtr& job) {
    if (ready_for(*job) || job->maybe_signed) return false;
    job->outcome.reason = "the token was logged in anew; the key must make its canary first";
    finish(*job, RawOutcome::Kind::not_made);
    return true;
  });
  wake_.notify_all();
}

bool SignerPool::pause(Deadline deadline) {
  Lock lock(mutex_);
  paused_ = true;
  return drained_.wait_until(lock, deadline, [this] { return busy_ <= stuck_; });
}

void SignerPool::refuse(const std::string& why) {
  const Lock lock(mutex_);
  refusing_ = why;
  std::erase_if(queue_, [&](const JobPtr& job) {
    if (job->maybe_signed) return false;
    job->outcome.reason = why;
    finish(*job, RawOutcome::Kind::not_made);
    return true;
  });
}

bool SignerPool::close(Deadline deadline) {
  Lock lock(mutex_);
  closing_ = true;
  while (!queue_.empty()) {
    queue_.front()->outcome.reason = "the token is closed";
    finish(*queue_.front(), RawOutcome::Kind::not_made);
    queue_.pop_front();
  }
  wake_.notify_all();
  const bool all_back = drained_.wait_until(lock, deadline, [this] { return alive_ == 0; });
  std::vector<std::thread> ended = std::exchange(workers_, {});
  if (all_back) point_.module.reset();
  lock.unlock();
  // A stuck thread cannot be joined without hanging with it; it holds what it needs and ends when its call
  // does.
  for (auto& worker : ended) all_back ? worker.join() : worker.detach();
  return all_back;
}

PoolGauges SignerPool::gauges() const {
  const std::lock_guard lock(mutex_);
  return {static_cast<int>(open_sessions_), static_cast<int>(busy_ - stuck_), static_cast<int>(stuck_),
          static_cast<int>(queue_.size())};
}

std::vector<SignatureCount> SignerPool::counts() const {
  std::vector<SignatureCount> all;
  for (const auto& key : handles_.keys()) all.push_back({key.id, key.purpose, 0});
  const std::lock_guard lock(mutex_);
  for (auto& count : all) count.signatures = counts_.at(count.key);
  return all;
}

}  // namespace inkan::pkcs11
