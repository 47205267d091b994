#include "daemon/ledger/log_writer.h"

#include <algorithm>

#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

// The longest a batch waits for callers that were there a moment ago: about what a commit takes.
constexpr std::chrono::microseconds k_batch_patience{500};

}  // namespace

LogWriter::LogWriter(std::unique_ptr<Database> database, policy::LeafOrigin origin, policy::RightEdge edge,
                     policy::InstantMicros last_leaf_time, std::function<void(const std::string&)> fatal)
    : database_(std::move(database)),
      origin_(std::move(origin)),
      fatal_(std::move(fatal)),
      last_time_(last_leaf_time),
      edge_(std::move(edge)),
      head_(edge_.head()),
      thread_([this] { run(); }) {}

LogWriter::~LogWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

policy::TreeHead LogWriter::head() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

bool LogWriter::wait_beyond(std::uint64_t size, std::chrono::steady_clock::time_point until) const {
  std::unique_lock lock(mutex_);
  grown_.wait_until(lock, until, [&] { return released_ || head_.size > size; });
  return !released_ && head_.size > size;
}

void LogWriter::release_waiters() {
  {
    const std::lock_guard lock(mutex_);
    released_ = true;
  }
  grown_.notify_all();
}

policy::RightEdge LogWriter::edge() const {
  const std::lock_guard lock(mutex_);
  return edge_;
}

void LogWriter::submit(std::function<void(Writing&)> work) {
  Item item{std::move(work), {}};
  auto done = item.done.get_future();
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (!dead_.empty()) throw Error(ErrorCode::store, dead_);
    if (stopping_) throw Error(ErrorCode::unavailable, "the daemon is stopping");
    waiting_.push_back(&item);
    wake = waiting_.size() == 1 || waiting_.size() == company_;  // the two that the writer waits for
  }
  if (wake) wake_.notify_one();
  done.get();
  if (item.error) std::rethrow_exception(item.error);
}

// Empty once the writer is to end. A caller alone is served at once. Where several came lately, half of them
// are waited for: a share of one commit costs each less than a commit of its own; for all of them, those that
// are with the token would be waited for in vain.
std::deque<LogWriter::Item*> LogWriter::take_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  wake_.wait_for(lock, k_batch_patience, [this] { return stopping_ || waiting_.size() >= company_; });
  return std::exchange(waiting_, {});
}

void LogWriter::run() {
  for (auto batch = take_batch(); !batch.empty(); batch = take_batch()) {
    if (dead_.empty()) {
      commit(batch);
      const std::lock_guard lock(mutex_);
      company_ = (batch.size() + waiting_.size() + 1) / 2;
      continue;
    }
    for (auto* item : batch) {
      item->error = std::make_exception_ptr(Error(ErrorCode::store, dead_));
      item->done.set_value();
    }
  }
}

void LogWriter::commit(std::deque<Item*>& batch) {
  policy::RightEdge edge;
  std::optional<Error> failure;
  bool unknown = false;
  try {
    edge = write_all(batch);
    fault_point("writer.before-commit");
    unknown = true;
    database_->prepare("COMMIT").run();
    unknown = false;
    fault_point("writer.after-commit");
  } catch (const Error& error) {
    failure = error;
    // A full disk refuses a commit cleanly. Any other failed commit may or may not be on disk: only a restart
    // can tell.
    if (unknown && !database_->disk_full()) {
      const std::lock_guard lock(mutex_);
      dead_ = std::string("the store is in an unknown state and nothing more is written: ") + error.what();
    }
    try {
      database_->execute("ROLLBACK");
    } catch (const Error&) {  // nothing was begun
    }
  }
  {
    const std::lock_guard lock(mutex_);
    if (!failure) {
      edge_ = std::move(edge);
      head_ = edge_.head();
    }
  }
  grown_.notify_all();
  for (auto* item : batch) {
    // Made anew: copies of an exception share its text.
    item->held.clear();
    if (failure) item->error = std::make_exception_ptr(Error(failure->code(), failure->what()));
    item->done.set_value();
  }
  if (!dead_.empty() && fatal_) std::exchange(fatal_, nullptr)(dead_);
}

// The tree with all of them. A savepoint for each would copy every page it touches, for what hardly ever
// happens: so they are done without, and once more with them if one of them threw.
policy::RightEdge LogWriter::write_all(std::deque<Item*>& batch) {
  const auto begin = [this] {
    database_->prepare("BEGIN IMMEDIATE").run();
    // A clock that was set back must not put leaves out of order: time stands still until it has caught up.
    last_time_ = std::max(last_time_, now_micros());
  };
  begin();
  policy::RightEdge edge = edge_;
  if (std::all_of(batch.begin(), batch.end(), [&](Item* item) { return run_item(*item, edge); })) return edge;
  database_->prepare("ROLLBACK").run();
  begin();
  edge = edge_;
  for (auto* item : batch) run_in_savepoint(*item, edge);
  return edge;
}

// False: it threw, and what it wrote is still there.
bool LogWriter::run_item(Item& item, policy::RightEdge& edge) {
  item.error = nullptr;
  Writing writing(*database_, edge.size(), origin_, last_time_, &watch_);
  try {
    item.work(writing);
  } catch (const Error&) {
    // A refusal, by us or by a constraint, is one caller's; a failure of the database is everybody's.
    if (database_->failed()) throw;
    item.error = std::current_exception();
    return false;
  } catch (const std::exception&) {
    item.error = std::current_exception();
    return false;
  }
  for (const auto& leaf : writing.leaves()) store_leaf(edge, leaf);
  item.held = writing.take_held();
  return true;
}

void LogWriter::run_in_savepoint(Item& item, policy::RightEdge& edge) {
  database_->prepare("SAVEPOINT item").run();
  if (!run_item(item, edge)) return database_->execute("ROLLBACK TO item; RELEASE item");
  database_->prepare("RELEASE item").run();
}

}  // namespace inkan::daemon
