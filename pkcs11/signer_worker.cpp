// The pool's threads: each takes a job, works on it with a session of its own, and settles it.
#include <algorithm>
#include <array>
#include <system_error>

#include "pkcs11/signer_job.h"

namespace inkan::pkcs11 {
namespace {

constexpr std::chrono::seconds k_grow_pause{1};  // between tries for a session the token had not
constexpr int k_max_requeues = 2;                // times a job goes back for a healed token
constexpr std::size_t k_max_signature = 2048;    // RSA-16384; a length query would cost a round trip

}  // namespace

// With mutex_ held. False if the system gives no more threads; those that are alive then go on alone.
bool SignerPool::add_worker() {
  join_leavers();
  workers_.emplace_back();
  try {
    workers_.back() = start_([self = shared_from_this()] { self->work(); });
  } catch (const std::system_error&) {
    workers_.pop_back();
    return false;
  }
  ++alive_;
  return true;
}

// With mutex_ held, which they have let go of for good.
void SignerPool::join_leavers() {
  for (auto& worker : workers_)
    if (leavers_.contains(worker.get_id())) worker.join();
  leavers_.clear();
  std::erase_if(workers_, [](const std::thread& worker) { return !worker.joinable(); });
}

// With mutex_ held, as in grow_back(): a token's sessions are shared with other programs, so what it refuses
// now it may give later. One more is asked for at a time, since each refusal costs a job its turn.
void SignerPool::shrink() {
  max_workers_ = open_sessions_;
  grow_at_ = std::chrono::steady_clock::now() + k_grow_pause;
}

void SignerPool::grow_back() {
  if (max_workers_ == sessions_ || std::chrono::steady_clock::now() < grow_at_) return;
  ++max_workers_;
  grow_at_ = std::chrono::steady_clock::now() + k_grow_pause;
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
  const auto woken = std::make_shared<std::condition_variable>();
  Lock lock(mutex_);
  for (bool stay = true; stay && !closing_;) {
    const JobPtr job = take();
    if (!job) {
      ++idle_;
      resting_.push_back(woken);
      woken->wait(lock);
      std::erase(resting_, woken);  // still there if nobody woke it
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
    if (result.verdict != Verdict::ok) session.close();
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
  leavers_.insert(std::this_thread::get_id());
  drained_.notify_all();
}

// Rung one of the ladder happens here: a suspect answer on one session is tried once more on a new one.
SignerPool::Attempt SignerPool::attempt(Job& job, Session& session, const LoginPoint& point) {
  Attempt first = attempt_once(job, session, point);
  if (first.verdict != Verdict::suspect || !job.repeatable) return first;
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
    if (rv == CKR_SESSION_COUNT) attempt.verdict = Verdict::no_session;
    if (rv != CKR_OK) return attempt;
    session = std::move(opened);
  }
  if (!job.task) {
    if (!enter_token(job)) return {Verdict::cancelled, CKR_OK, {}, 0, {}};
    Attempt attempt = Attempt::of(job.work(session), "the token's answer");
    leave_token(job, false);
    return attempt;
  }
  const LocatedKey key = handles_.resolve(session, job.task->key);
  if (!key.fault.empty()) return {key.suspect ? Verdict::suspect : Verdict::failed, key.rv, key.fault, 0, {}};
  return sign_with(job, session, key.private_key);
}

SignerPool::Attempt SignerPool::sign_with(Job& job, Session& session, CK_OBJECT_HANDLE handle) {
  SignInput& input = job.task->input;  // Cryptoki takes pointers to non-const
  CK_MECHANISM mechanism{input.mechanism, nullptr, 0};
  if (input.pss) {
    mechanism.pParameter = &*input.pss;
    mechanism.ulParameterLen = sizeof *input.pss;
  }
  std::array<CK_BYTE, k_max_signature> raw;
  CK_ULONG size = raw.size();
  bool entered = false, initialised = false;
  const auto begun_at = std::chrono::steady_clock::now();
  const CK_RV rv = session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE on) {
    const CK_RV begun = p.C_SignInit(on, &mechanism, handle);
    initialised = begun == CKR_OK;
    if (!initialised) return begun;
    entered = enter_token(job);
    return entered ? p.C_Sign(on, input.data.data(), input.data.size(), raw.data(), &size) : CKR_OK;
  });
  if (initialised && !entered) return {Verdict::cancelled, CKR_OK, "given up before C_Sign", 0, {}};
  Attempt attempt = Attempt::of(rv, entered ? "C_Sign" : "C_SignInit");
  attempt.tries = entered ? 1 : 0;
  attempt.took = std::chrono::steady_clock::now() - begun_at;
  if (rv == CKR_OK) {
    if (listener_.on_signed) listener_.on_signed(attempt.took);
    attempt.signature.assign(raw.data(), raw.data() + std::min<std::size_t>(size, raw.size()));
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
  job->outcome.tries += attempt.tries;
  if (attempt.tries > 0) sign_time_ += (attempt.took - sign_time_) / 4;
  job->outcome.rv = attempt.rv;
  job->outcome.reason = std::move(attempt.reason);
  job->outcome.epoch = epoch;
  if (attempt.verdict == Verdict::ok && job->task) {
    ++counts_[job->task->key];
    job->outcome.signature = std::move(attempt.signature);
  }

  if (attempt.verdict == Verdict::no_session && open_sessions_ > 0) {
    shrink();
    if (job->abandoned)
      answer(job, attempt.verdict);
    else
      put_back(job);
    return false;
  }
  const bool answered = answer(job, attempt.verdict);
  announce(job, attempt.verdict, lock);
  if (answered) {  // else another worker may have it by now
    lock.unlock();
    job->told.set_value();
    lock.lock();
  }
  return true;
}

void SignerPool::put_back(const JobPtr& job) {
  job->stage = Job::Stage::queued;
  queue_.push_front(job);
  if (const auto worker = take_resting()) worker->notify_one();
}

// With mutex_ held: the answer is there, and its caller to be told; or nobody waits for one; or the job is
// put back for a healed token. True in the first case.
bool SignerPool::answer(const JobPtr& job, Verdict verdict) {
  if (job->abandoned) {
    --stuck_;
    return false;
  }
  const bool may_heal = verdict == Verdict::suspect || verdict == Verdict::cancelled;
  if (may_heal && job->repeatable && job->requeues < k_max_requeues) {
    ++job->requeues;
    put_back(job);
    return false;
  }
  finish(*job, verdict == Verdict::ok ? RawOutcome::Kind::made : RawOutcome::Kind::not_made);
  return true;
}

// Lets go of the lock for what it calls.
void SignerPool::announce(const JobPtr& job, Verdict verdict, Lock& lock) {
  const bool ok = verdict == Verdict::ok;
  const bool suspect = verdict == Verdict::suspect && job->round == round_ && !paused_;
  const bool success = ok && job->task && std::exchange(unproved_, false);
  const bool late = ok && job->abandoned && job->late;
  if (suspect) paused_ = true;
  if (!suspect && !success && !late) return;
  RawOutcome outcome = job->outcome;
  if (late) outcome.kind = RawOutcome::Kind::made;
  lock.unlock();
  if (late) job->late(outcome);
  if (success) listener_.on_success();
  if (suspect) listener_.on_suspect(job->round, outcome.reason);
  lock.lock();
}

}  // namespace inkan::pkcs11
