#include "pkcs11/signer_pool.h"

#include <algorithm>

#include "pkcs11/signer_job.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;
using Clock = std::chrono::steady_clock;

}  // namespace

SignerPool::SignerPool(int sessions, int queue_limit, std::chrono::milliseconds queue_deadline,
                       std::chrono::milliseconds slow_call, Listener listener, Start start)
    : sessions_(static_cast<std::size_t>(sessions)),
      queue_limit_(static_cast<std::size_t>(queue_limit)),
      queue_deadline_(queue_deadline),
      slow_call_(slow_call),
      listener_(std::move(listener)),
      start_(std::move(start)),
      max_workers_(sessions_) {}

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
  grow_back();
  std::string why = refusal(*job, deadline);
  // The worker comes first: what waits in the queue may be signed, and nothing may throw its caller out any
  // more.
  const bool wanted = why.empty() && queue_.size() >= idle_ && alive_ < max_workers_;
  if (wanted && !add_worker() && alive_ <= stuck_)
    why = "the system gives no thread to sign with (EAGAIN); look at the service's limit of tasks";
  if (!why.empty()) {
    RawOutcome refused;
    refused.reason = std::move(why);
    return refused;
  }
  queue_.push_back(job);
  const auto worker = take_resting();
  lock.unlock();
  if (worker) worker->notify_one();  // not before: woken, it would only wait for the lock
  return await(*job, deadline);
}

// With mutex_ held, as in wake_all(). The worker that rested last: its session and its stack are warm, and no
// more threads take part than there is work for. In SoftHSM every further one waits at the same locks. Nobody
// if none rests: whoever is at work looks into the queue before he rests.
std::shared_ptr<std::condition_variable> SignerPool::take_resting() {
  if (resting_.empty()) return nullptr;
  auto worker = std::move(resting_.back());
  resting_.pop_back();
  return worker;
}

void SignerPool::wake_all() {
  while (const auto worker = take_resting()) worker->notify_one();
}

// A slow token's signature that comes after its caller has left is possibly signed, and costs a revoked
// serial. One alone is let through: it shows when the token is quick again. Stuck calls do not count: one may
// be stuck for ever.
bool SignerPool::would_outlast(Deadline deadline) const {
  const auto others = busy_ - stuck_ + queue_.size();
  return sign_time_ >= slow_call_ && Clock::now() + sign_time_ > deadline && others > 0;
}

std::string SignerPool::refusal(const Job& job, Deadline deadline) const {
  if (closing_) return "the token is closed";
  if (!refusing_.empty()) return refusing_;
  if (queue_.size() >= queue_limit_)
    return "the token's queue is full (" + std::to_string(queue_limit_) + " waiting)";
  if (stuck_ >= max_workers_)
    return "all " + std::to_string(max_workers_) +
           " sessions are stuck inside the module; restart the token's service";
  if (job.task && would_outlast(deadline))
    return "the token is slow: a signature takes " +
           std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(sign_time_).count()) +
           " ms, longer than the caller can wait";
  if (!ready_for(job)) return "the key has not made its canary since the token was logged in";
  return {};
}

bool SignerPool::ready_for(const Job& job) const {
  if (!job.task || !job.task->needs_proof) return true;
  const auto proof = proofs_.find(job.task->key);
  return proof != proofs_.end() && proof->second == point_.epoch;
}

// Returns the caller's answer; the job may live on in a worker's hands.
RawOutcome SignerPool::await(Job& job, Deadline deadline) {
  const auto told_by = [&job](Deadline when) {
    return job.answer.wait_until(when) == std::future_status::ready;
  };
  if (told_by(std::min(deadline, Clock::now() + queue_deadline_))) return std::move(job.outcome);
  Lock lock(mutex_);
  const bool still_waiting = job.stage == Job::Stage::queued && !job.maybe_signed;
  if (job.stage != Job::Stage::done && !still_waiting) {
    lock.unlock();
    if (told_by(deadline)) return std::move(job.outcome);
    lock.lock();
  }
  if (job.stage == Job::Stage::done) return job.outcome;

  job.abandoned = true;
  if (job.stage != Job::Stage::queued)
    count_stuck();  // in a worker's hands, at C_Sign or before it: C_SignInit or a search may hang as well
  else
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

void SignerPool::count_stuck() {
  stuck_to_ = Clock::now();
  if (stuck_++ == 0) stuck_from_ = stuck_to_;
}

void SignerPool::finish(Job& job, RawOutcome::Kind kind) {
  job.outcome.kind =
      kind == RawOutcome::Kind::not_made && job.maybe_signed ? RawOutcome::Kind::unknown : kind;
  job.stage = Job::Stage::done;
}

void SignerPool::prove(const policy::KeyId& key, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  proofs_.insert_or_assign(key, epoch);
  wake_all();
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
  sign_time_ = {};
  refusing_.clear();
  // What waits for a canary that is only now due has certainly not been signed: its caller is told at once.
  // One that possibly was waits for the canary, to be signed again under the same intent.
  std::erase_if(queue_, [this](const JobPtr& job) {
    if (ready_for(*job) || job->maybe_signed) return false;
    job->outcome.reason = "the token was logged in anew; the key must make its canary first";
    finish(*job, RawOutcome::Kind::not_made);
    job->told.set_value();
    return true;
  });
  wake_all();
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
    job->told.set_value();
    return true;
  });
}

bool SignerPool::close(Deadline deadline) {
  Lock lock(mutex_);
  closing_ = true;
  while (!queue_.empty()) {
    queue_.front()->outcome.reason = "the token is closed";
    finish(*queue_.front(), RawOutcome::Kind::not_made);
    queue_.front()->told.set_value();
    queue_.pop_front();
  }
  wake_all();
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
  PoolGauges gauges{static_cast<int>(open_sessions_), static_cast<int>(busy_ - stuck_),
                    static_cast<int>(stuck_), static_cast<int>(queue_.size()),
                    std::chrono::duration_cast<std::chrono::milliseconds>(sign_time_)};
  if (stuck_ == 0) return gauges;
  gauges.stuck_from = stuck_from_;
  gauges.stuck_to = stuck_ < max_workers_ ? stuck_to_ : Clock::now();
  return gauges;
}

std::vector<SignatureCount> SignerPool::counts() const {
  std::vector<SignatureCount> all;
  for (const auto& key : handles_.keys()) all.push_back({key.id, key.purpose, 0});
  const std::lock_guard lock(mutex_);
  for (auto& count : all) count.signatures = counts_.at(count.key);
  return all;
}

}  // namespace inkan::pkcs11
