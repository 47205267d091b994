#include "daemon/ledger/log_writer.h"

#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

policy::LeafIndex Writing::append(const policy::Event& event, const policy::Identity& actor) {
  const policy::LeafIndex index = next_ + leaves_.size();
  leaves_.push_back(policy::encode_leaf(event, actor, origin_, index, uuid_v7(time_), time_));
  return index;
}

LogWriter::LogWriter(std::unique_ptr<Database> database, policy::LeafOrigin origin, policy::RightEdge edge,
                     policy::InstantMicros last_leaf_time, std::function<void(const std::string&)> fatal)
    : database_(std::move(database)),
      origin_(std::move(origin)),
      fatal_(std::move(fatal)),
      edge_(std::move(edge)),
      last_time_(last_leaf_time),
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

void LogWriter::submit(std::function<void(Writing&)> work) {
  Item item{std::move(work), {}, nullptr};
  auto done = item.done.get_future();
  {
    const std::lock_guard lock(mutex_);
    if (!dead_.empty()) throw Error(ErrorCode::store, dead_);
    if (stopping_) throw Error(ErrorCode::unavailable, "the daemon is stopping");
    waiting_.push_back(&item);
  }
  wake_.notify_one();
  done.get();
}

void LogWriter::run() {
  for (;;) {
    std::deque<Item*> batch;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      batch.swap(waiting_);
    }
    if (dead_.empty()) {
      commit(batch);
      continue;
    }
    for (auto* item : batch)
      item->done.set_exception(std::make_exception_ptr(Error(ErrorCode::store, dead_)));
  }
}

void LogWriter::commit(std::deque<Item*>& batch) {
  policy::RightEdge edge = edge_;
  std::exception_ptr failure;
  bool unknown = false;
  try {
    database_->prepare("BEGIN IMMEDIATE").run();
    // A clock that was set back must not put leaves out of order: time stands still until it has caught up.
    last_time_ = std::max(last_time_, now_micros());
    for (auto* item : batch) run_in_savepoint(*item, edge);
    fault_point("writer.before-commit");
    unknown = true;
    database_->prepare("COMMIT").run();
    unknown = false;
    fault_point("writer.after-commit");
  } catch (const Error& error) {
    failure = std::current_exception();
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
  for (auto* item : batch) {
    const auto error = failure ? failure : item->error;
    error ? item->done.set_exception(error) : item->done.set_value();
  }
  if (!dead_.empty() && fatal_) std::exchange(fatal_, nullptr)(dead_);
}

void LogWriter::run_in_savepoint(Item& item, policy::RightEdge& edge) {
  database_->prepare("SAVEPOINT item").run();
  Writing writing(*database_, edge.size(), origin_, last_time_);
  try {
    item.work(writing);
  } catch (const Error& error) {
    // A refusal, by us or by a constraint, is one caller's; a failure of the database is everybody's.
    if (database_->failed()) throw;
    item.error = std::current_exception();
  } catch (const std::exception&) {
    item.error = std::current_exception();
  }
  if (item.error) return database_->execute("ROLLBACK TO item; RELEASE item");
  for (const auto& leaf : writing.leaves()) store_leaf(edge, leaf);
  database_->prepare("RELEASE item").run();
}

void LogWriter::store_leaf(policy::RightEdge& edge, const std::string& leaf) {
  database_->prepare("INSERT INTO leaves(idx, leaf) VALUES(?, ?)").bind(edge.size()).bind(leaf).run();
  for (const auto& tile : edge.append(policy::hash_leaf(policy::as_bytes(leaf))))
    database_->prepare("INSERT INTO tiles(level, idx, hashes) VALUES(?, ?, ?)")
        .bind(static_cast<int>(tile.level))
        .bind(tile.index)
        .bind(tile.encode())
        .run();
}

}  // namespace inkan::daemon
