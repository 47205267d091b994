#include "daemon/jobs/periodic.h"

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>

namespace inkan::daemon {
namespace {

using std::chrono::milliseconds;

class Heard {
 public:
  void operator()(const std::string& why) {
    const std::lock_guard lock(mutex_);
    all_.push_back(why);
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> all_;
};

bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 500 && !holds(); ++i) std::this_thread::sleep_for(milliseconds(10));
  return holds();
}

TEST(Periodic, ReportsAFailureOnceAndItsEndOnce) {
  Heard heard;
  std::atomic<int> turns = 0;
  {
    Periodic job(
        milliseconds(1),
        [&] {
          const int turn = ++turns;
          if (turn >= 3 && turn <= 6) throw std::runtime_error(turn <= 5 ? "token out" : "still out");
        },
        [&](const std::string& why) { heard(why); });
    ASSERT_TRUE(eventually([&] { return turns > 10; }));
  }
  EXPECT_THAT(heard.all(), testing::ElementsAre("token out", "still out", ""));
}

TEST(Periodic, TakesItsTurnWhenWoken) {
  std::atomic<int> turns = 0;
  Periodic job(
      std::chrono::hours(1), [&] { ++turns; }, [](const std::string&) {});
  EXPECT_EQ(turns, 0);
  job.wake();
  EXPECT_TRUE(eventually([&] { return turns == 1; }));
}

TEST(Periodic, WaitsForTheTurnUnderWay) {
  std::atomic<bool> begun = false, ended = false;
  {
    Periodic job(
        milliseconds(1),
        [&] {
          begun = true;
          std::this_thread::sleep_for(milliseconds(50));
          ended = true;
        },
        [](const std::string&) {});
    ASSERT_TRUE(eventually([&] { return begun.load(); }));
  }
  EXPECT_TRUE(ended);
}

TEST(Periodic, TellsByHowMuchItsTurnIsOverdue) {
  std::atomic<bool> hang = false;
  std::atomic<int> turns = 0;
  Periodic job(
      milliseconds(1),
      [&] {
        ++turns;
        while (hang) std::this_thread::sleep_for(milliseconds(1));
        throw std::runtime_error("a turn that fails has ended as well");
      },
      [](const std::string&) {});
  ASSERT_TRUE(eventually([&] { return turns > 100; }));
  EXPECT_TRUE(eventually([&] { return job.overdue() < milliseconds(50); }));
  hang = true;
  EXPECT_TRUE(eventually([&] { return job.overdue() > milliseconds(300); }));
  hang = false;
  EXPECT_TRUE(eventually([&] { return job.overdue() < milliseconds(50); }));
}

}  // namespace
}  // namespace inkan::daemon
