#include "daemon/ledger/log_writer.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "daemon/clock.h"
#include "daemon/store/schema.h"
#include "daemon/store/store.h"
#include "policy/types/error.h"
#include "tests/support/outside.h"

namespace inkan::daemon {
namespace {

using policy::Error;
using policy::Identity;

class LogWriterTest : public testing::Test {
 protected:
  LogWriterTest() {
    auto database = std::make_unique<Database>(folder_.path() / "db", Database::Mode::create);
    migrate(*database);
    database_ = database.get();
    store_ = std::make_unique<Store>(folder_.path() / "db");
    writer_ = std::make_unique<LogWriter>(std::move(database), policy::LeafOrigin{"n", "b", "v"},
                                          policy::RightEdge(), now_micros(),
                                          [this](const std::string& why) { fatal_ = why; });
  }
  policy::LeafIndex append() {
    return writer_->write([&](Writing& w) {
      return w.append({.type = policy::EventType::selftest}, Identity::system_job("test"));
    });
  }
  // The root by the plain definition, over the leaves as stored: nothing of the incremental edge.
  policy::TreeHead recomputed() {
    std::vector<policy::Sha256> hashes;
    for (policy::LeafIndex i = 0; i < store_->size(); ++i)
      hashes.push_back(policy::hash_leaf(policy::as_bytes(*store_->leaf(i))));
    return {hashes.size(), policy::root_of(hashes)};
  }

  test::TemporaryFolder folder_;
  Database* database_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<LogWriter> writer_;
  std::string fatal_;
};

TEST_F(LogWriterTest, NumbersLeavesOfManyThreadsWithoutAGap) {
  constexpr int k_threads = 8, k_each = 100;
  std::vector<std::thread> threads;
  for (int t = 0; t < k_threads; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < k_each; ++i) append();
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(writer_->head().size, k_threads * k_each);
  EXPECT_EQ(writer_->head(), recomputed());
  EXPECT_EQ(store_->head(), recomputed()) << "restored from tiles";
}

TEST_F(LogWriterTest, RollsBackAloneWhatThrows) {
  append();
  EXPECT_THROW(writer_->write([](Writing& w) {
    w.append({.type = policy::EventType::selftest}, Identity::system_job("test"));
    w.database().execute("INSERT INTO meta(key, value) VALUES('lost', '1')");
    throw Error(policy::ErrorCode::invalid_input, "no");
  }),
               Error);
  EXPECT_EQ(append(), 1u);
  EXPECT_EQ(store_->meta("lost"), "");
  EXPECT_EQ(writer_->head(), recomputed());
}

TEST_F(LogWriterTest, LetsAConstraintRefuseOneCallerOnly) {
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      try {
        writer_->write([](Writing& w) {
          w.append({.type = policy::EventType::selftest}, Identity::system_job("test"));
          w.database().execute("INSERT INTO meta(key, value) VALUES('once', '1')");
        });
      } catch (const Error&) {
        ++refused;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused, 7);
  EXPECT_EQ(writer_->head().size, 1u);
  EXPECT_EQ(writer_->head(), recomputed());
}

// One batch of three: while the writer is held, they queue up in this order.
TEST_F(LogWriterTest, KeepsTheOthersOfABatchInWhichOneThrows) {
  std::promise<void> go;
  const auto held = go.get_future().share();
  std::atomic<int> first_ran = 0, last_ran = 0;
  std::vector<std::thread> threads;
  threads.emplace_back([&] { writer_->write([&](Writing&) { held.wait(); }); });
  const auto queue = [&](std::function<void(Writing&)> work) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    threads.emplace_back([&, work] {
      try {
        writer_->write(work);
      } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "not this one");
      }
    });
  };
  queue([&](Writing& w) {
    ++first_ran;
    EXPECT_EQ(w.append({.type = policy::EventType::selftest}, Identity::system_job("first")), 0u);
    w.database().execute("INSERT INTO meta(key, value) VALUES('first', '1')");
  });
  queue([&](Writing& w) {
    w.append({.type = policy::EventType::selftest}, Identity::system_job("lost"));
    w.database().execute("INSERT INTO meta(key, value) VALUES('lost', '1')");
    throw Error(policy::ErrorCode::invalid_input, "not this one");
  });
  queue([&](Writing& w) {
    ++last_ran;
    EXPECT_EQ(w.append({.type = policy::EventType::selftest}, Identity::system_job("last")), 1u);
    w.database().execute("INSERT INTO meta(key, value) VALUES('last', '1')");
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  go.set_value();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(first_ran, 2) << "its batch was rolled back once";
  EXPECT_EQ(last_ran, 1) << "not reached the first time";
  EXPECT_EQ(store_->meta("first") + store_->meta("lost") + store_->meta("last"), "11");
  EXPECT_EQ(writer_->head().size, 2u);
  EXPECT_EQ(writer_->head(), recomputed());
}

TEST_F(LogWriterTest, WritesNothingOnAFullDiskAndGoesOnWhenThereIsSpace) {
  append();
  writer_->write([](Writing& w) { w.database().execute("PRAGMA max_page_count=60"); });
  const std::string big(8000, 'x');
  EXPECT_THROW(
      {
        for (int i = 0; i < 100; ++i)
          writer_->write([&](Writing& w) {
            policy::Event event{.type = policy::EventType::selftest};
            event.reason = big;
            w.append(event, Identity::system_job("test"));
          });
      },
      Error);
  EXPECT_EQ(fatal_, "") << "a full disk refuses cleanly: nothing is unknown";
  EXPECT_EQ(writer_->head(), recomputed());
  writer_->write([](Writing& w) { w.database().execute("PRAGMA max_page_count=100000"); });
  const auto before = writer_->head().size;
  EXPECT_EQ(append(), before);
  EXPECT_EQ(writer_->head(), recomputed());
}

TEST_F(LogWriterTest, NeverSetsTheTimeBack) {
  for (int i = 0; i < 50; ++i) append();
  std::string last;
  for (policy::LeafIndex i = 0; i < 50; ++i) {
    const auto time = nlohmann::json::parse(*store_->leaf(i)).at("time").get<std::string>();
    EXPECT_LE(last, time);
    last = time;
  }
}

}  // namespace
}  // namespace inkan::daemon
