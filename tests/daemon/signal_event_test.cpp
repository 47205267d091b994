#include "daemon/signal_event.h"

#include <gtest/gtest.h>

#include <thread>

namespace inkan::daemon {
namespace {

// A process that a signal ends anywhere has failed here too.
TEST(StopRequest, IsHeardInWhicheverThreadTheSignalComes) {
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT}) {
    const StopRequest stop;
    EXPECT_FALSE(stop.made());
    std::thread other([signal] { pthread_kill(pthread_self(), signal); });
    stop.await();
    EXPECT_TRUE(stop.made());
    other.join();
    raise(signal);  // once more, while it is being obeyed
  }
}

TEST(StopRequest, IsMadeFromWithinToo) {
  const StopRequest stop;
  std::thread other([] { StopRequest::make(); });
  stop.await();
  EXPECT_TRUE(stop.made());
  other.join();
}

TEST(StopRequest, BeginsAnewAndLeavesTheSignalsAsTheyWere) {
  { const StopRequest outer; }
  StopRequest::make();
  const StopRequest stop;
  EXPECT_FALSE(stop.made());
  {
    const StopRequest inner;
    raise(SIGTERM);
    EXPECT_TRUE(inner.made());
  }
  raise(SIGTERM);
  EXPECT_TRUE(stop.made());
}

TEST(ReloadRequest, IsAnotherMatterThanStopping) {
  const StopRequest stop;
  ReloadRequest reload;
  std::thread other([] { pthread_kill(pthread_self(), SIGHUP); });
  await(stop, reload);
  other.join();
  EXPECT_FALSE(stop.made());
  EXPECT_TRUE(reload.take());
  EXPECT_FALSE(reload.take()) << "once";
  raise(SIGHUP);
  raise(SIGHUP);
  EXPECT_TRUE(reload.take());
  EXPECT_FALSE(reload.take()) << "asked for twice before it was done: one reload is what both want";
  raise(SIGTERM);
  await(stop, reload);
  EXPECT_TRUE(stop.made());
}

}  // namespace
}  // namespace inkan::daemon
