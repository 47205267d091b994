#include "daemon/daemon.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "tests/support/authority_fixture.h"

namespace inkan::daemon {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// What a watchdog hears. The limits are shorter than inkand's.
class DaemonStuckTest : public testing::Test {
 protected:
  static std::string first_stuck(const Daemon& daemon, seconds longest, seconds within) {
    for (const auto end = std::chrono::steady_clock::now() + within; std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(std::chrono::milliseconds(100)))
      if (auto what = daemon.stuck(longest); !what.empty()) return what;
    return {};
  }

  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
};

TEST_F(DaemonStuckTest, IsNotStuckWhenATokenHangs) {
  fixture_.set_up();
  Daemon daemon(fixture_.config(), {}, {});
  EXPECT_EQ(daemon.token_trouble(), "");
  std::string hang;
  for (int call = 1; call < 50; ++call) hang += "hang C_Sign " + std::to_string(call) + "\n";
  shim_.rules(hang);
  // A probe waits for 5 s, and comes every 10 s.
  EXPECT_EQ(first_stuck(daemon, seconds(7), seconds(20)), "");
  EXPECT_NE(daemon.token_trouble(), "");
  shim_.rules("");
}

TEST_F(DaemonStuckTest, IsStuckWhenALoopHangs) {
  fixture_.set_up();
  Daemon daemon(fixture_.config(), {}, {});
  EXPECT_EQ(first_stuck(daemon, seconds(2), seconds(1)), "");
  // A file that hangs whoever writes it: a pipe that nobody reads.
  const auto pipe = fixture_.config().checkpoint().concat(".new");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  shim_.rules("drop-sessions\nfail C_Sign 1 0xb3 3\n");  // what the watch logs a checkpoint is made for
  EXPECT_THAT(first_stuck(daemon, seconds(2), seconds(30)), HasSubstr("the job checkpoint"));
  shim_.rules("");
  // Both ends, for as long as the path may be open: whoever opens one waits for the other.
  const int both = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK);
  std::filesystem::remove(pipe);
  EXPECT_EQ(
      [&] {
        for (int i = 0; i < 100 && !daemon.stuck(seconds(2)).empty(); ++i)
          std::this_thread::sleep_for(std::chrono::milliseconds(100));
        return daemon.stuck(seconds(2));
      }(),
      "");
  ::close(both);
}

}  // namespace
}  // namespace inkan::daemon
