// The one writer of the store. It commits everything that waits as one durable transaction, so that the price
// of "record first" is one fsync per batch. Whatever changes, changes together with its leaves.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/store/sqlite/database.h"
#include "policy/log/leaf.h"
#include "policy/log/merkle_tree.h"
#include "policy/types/serial.h"

namespace inkan::daemon {

// Called before a transaction that changes a certificate's status; what it returns lives until that is on
// disk, or is not done.
using StatusWatch = std::function<std::shared_ptr<void>(const policy::Serial&)>;

// One caller's turn inside the batch: its own savepoint, its own leaves. Valid during the call only.
class Writing {
 public:
  Writing(Database& database, policy::LeafIndex next, const policy::LeafOrigin& origin,
          policy::InstantMicros time, const StatusWatch* watch = nullptr)
      : database_(database), next_(next), origin_(origin), time_(time), watch_(watch) {}

  Database& database() { return database_; }
  policy::InstantMicros time() const { return time_; }  // of this batch; never before an earlier leaf's
  policy::Instant now() const { return std::chrono::floor<std::chrono::seconds>(time_); }
  // The leaf becomes durable with everything else this caller writes, or not at all.
  policy::LeafIndex append(const policy::Event& event, const policy::Identity& actor);

  // Whoever revokes says so here first, so that nobody is told otherwise afterwards.
  void changes_status(const policy::Serial& serial) {
    if (watch_ && *watch_) held_.push_back((*watch_)(serial));
  }

  const std::vector<std::string>& leaves() const { return leaves_; }
  std::vector<std::shared_ptr<void>> take_held() { return std::exchange(held_, {}); }

 private:
  Database& database_;
  policy::LeafIndex next_;
  const policy::LeafOrigin& origin_;
  policy::InstantMicros time_;
  std::vector<std::string> leaves_;
  const StatusWatch* watch_;
  std::vector<std::shared_ptr<void>> held_;
};

class LogWriter {
 public:
  // `edge` is that of the store as it stands. `fatal` is called, once, when the durable state has become
  // unknown (a failed fsync): nothing is written any more, and a restart must decide.
  LogWriter(std::unique_ptr<Database> database, policy::LeafOrigin origin, policy::RightEdge edge,
            policy::InstantMicros last_leaf_time, std::function<void(const std::string&)> fatal);
  ~LogWriter();  // finishes what waits

  // Set before anything that could revoke is written.
  void on_status_change(StatusWatch watch) { watch_ = std::move(watch); }

  // Runs `work(Writing&)` in the next batch and returns its result once that is on disk. What it throws is
  // rolled back and thrown here; Error{store} if the batch could not be committed: then nothing of it exists.
  // It runs once more where another's throwing rolled the batch back: only the last time has effects that
  // last, so what it keeps outside the database must bear that.
  template <class Work>
  auto write(Work&& work) {
    using Result = std::invoke_result_t<Work, Writing&>;
    if constexpr (std::is_void_v<Result>) {
      submit([&](Writing& writing) { work(writing); });
    } else {
      std::optional<Result> result;
      submit([&](Writing& writing) { result.emplace(work(writing)); });
      return std::move(*result);
    }
  }

  // Waits until the log has more leaves than `size`; false if it has not by then, or if it is closing.
  bool wait_beyond(std::uint64_t size, std::chrono::steady_clock::time_point until) const;
  void release_waiters();          // nobody waits any more: the daemon is stopping
  policy::TreeHead head() const;   // durable
  policy::RightEdge edge() const;  // durable
  const policy::LeafOrigin& origin() const { return origin_; }

 private:
  struct Item {
    std::function<void(Writing&)> work;
    std::promise<void> done;
    std::vector<std::shared_ptr<void>> held{};  // until the batch is on disk
    std::exception_ptr error{};  // the caller's alone once it is done: two threads never share an exception
  };

  void submit(std::function<void(Writing&)> work);
  void run();
  std::deque<Item*> take_batch();
  void commit(std::deque<Item*>& batch);
  policy::RightEdge write_all(std::deque<Item*>& batch);
  bool run_item(Item& item, policy::RightEdge& edge);
  void run_in_savepoint(Item& item, policy::RightEdge& edge);
  void store_leaf(policy::RightEdge& edge, const std::string& leaf);

  std::unique_ptr<Database> database_;  // the writer thread's alone
  policy::LeafOrigin origin_;
  std::function<void(const std::string&)> fatal_;
  StatusWatch watch_;
  policy::InstantMicros last_time_;  // the writer thread's alone

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable wake_;
  mutable std::condition_variable grown_;
  std::deque<Item*> waiting_;
  std::size_t company_ = 1;  // callers that the next batch waits for, for a while
  policy::RightEdge edge_;   // only the writer thread changes it
  policy::TreeHead head_;
  bool stopping_ = false, released_ = false;
  std::string dead_;  // why nothing may be written any more

  std::thread thread_;  // last: starts when all else is there
};

}  // namespace inkan::daemon
