#include "daemon/unlock/unlock_socket.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <future>
#include <thread>

#include "policy/types/error.h"
#include "tests/support/outside.h"

namespace inkan::daemon {
namespace {

using policy::Error;
using policy::ErrorCode;
using testing::HasSubstr;

UnlockDeadline soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

// A daemon that waits, in a thread; the PIN of both its tokens is "4711-right".
class UnlockSocketTest : public testing::Test {
 protected:
  UnlockSocketTest()
      : server_(folder_.path() / "unlock.sock", [this](auto, auto event, auto& fields) {
          const std::lock_guard lock(mutex_);
          log_ += event;
          for (const auto& [key, value] : fields) log_ += " " + value;
          log_ += "\n";
        }) {
    waiting_ = std::async(std::launch::async, [this] {
      server_.unlock({{"ca", "inkan-ca"}, {"ledger", "inkan-ledger"}},
                     [this](const auto& name, pkcs11::Pin pin) {
                       ++tries_;
                       const auto octets = pin.bytes();
                       if (std::string(octets.begin(), octets.end()) == "away")
                         throw Error(ErrorCode::unavailable, "no device");
                       if (std::string(octets.begin(), octets.end()) != "4711-right")
                         throw Error(ErrorCode::pin, "the PIN is wrong");
                       opened_.push_back(name);
                     });
    });
    while (!std::filesystem::exists(path())) std::this_thread::yield();
  }
  ~UnlockSocketTest() override {
    if (waiting_.valid()) {
      ::kill(::getpid(), SIGTERM);
      EXPECT_THROW(waiting_.get(), Error);
    }
  }

  std::filesystem::path path() const { return folder_.path() / "unlock.sock"; }
  UnlockAnswer ask(const std::string& token, const std::string& pin) {
    const Descriptor peer = connect();
    UnlockRequest request{token, {}};
    if (!pin.empty()) request.pin = pkcs11::Pin::from_text(pin);
    send_request(peer.number(), request);
    return read_answer(peer.number(), soon());
  }
  UnlockAnswer send(const std::string& octets, bool end = true) {
    const Descriptor peer = connect();
    EXPECT_GE(::send(peer.number(), octets.data(), octets.size(), MSG_NOSIGNAL), 0);
    if (end) ::shutdown(peer.number(), SHUT_WR);
    return read_answer(peer.number(), soon());
  }
  Descriptor connect() {
    for (int i = 0; i < 100; ++i) try {
        return connect_unlock(path());
      } catch (const Error&) {  // bound, and not listening yet
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    return connect_unlock(path());
  }
  std::string logged() {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  test::TemporaryFolder folder_;
  std::mutex mutex_;  // guards log_
  std::string log_;
  std::atomic<int> tries_ = 0;
  std::vector<std::string> opened_;
  UnlockSocket server_;
  std::future<void> waiting_;
};

TEST_F(UnlockSocketTest, WaitsForEachTokensPinAndThroughWrongOnes) {
  EXPECT_EQ(ask("", "").text, "ca\nledger");
  const auto wrong = ask("ca", "0000-wrong");
  EXPECT_EQ(wrong.verdict, UnlockVerdict::refused);
  EXPECT_EQ(wrong.text, "the PIN is wrong");
  EXPECT_EQ(tries_, 1) << "a wrong PIN is never retried";
  EXPECT_EQ(ask("ca", "away").verdict, UnlockVerdict::unavailable);
  EXPECT_EQ(ask("other", "4711-right").verdict, UnlockVerdict::malformed);
  EXPECT_EQ(ask("ledger", "4711-right").text, "still waiting: ca");
  EXPECT_EQ(ask("ledger", "4711-right").verdict, UnlockVerdict::malformed) << "open already";
  EXPECT_EQ(ask("", "").text, "ca");
  EXPECT_EQ(ask("ca", "4711-right").verdict, UnlockVerdict::done);
  waiting_.get();
  EXPECT_THAT(opened_, testing::ElementsAre("ledger", "ca"));
  EXPECT_FALSE(server_.stopped());
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_THROW(connect_unlock(path()), Error);
  EXPECT_THAT(logged(), testing::AllOf(HasSubstr("unlock.waiting ca ledger"), testing::Not(HasSubstr("0000")),
                                       testing::Not(HasSubstr("4711"))));
}

TEST_F(UnlockSocketTest, IsForItsOwnerAlone) {
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
}

TEST_F(UnlockSocketTest, RefusesWhatIsNoRequestAndGoesOn) {
  const std::string one(1, '\1'), name = std::string(1, '\2') + "ca";
  for (const std::string& octets :
       {std::string(), std::string("GET / HTTP/1.1\r\n\r\n"), std::string(1, '\0'), one, one + name,
        one + name + std::string(1, '\0'), one + std::string(1, '\0') + std::string(1, '\3') + "abc",
        one + name + std::string(1, '\x09') + "short", one + std::string(1, '\xff') + "ca",
        std::string(100'000, '\xff')})
    EXPECT_EQ(send(octets).verdict, UnlockVerdict::malformed) << octets.size();
  EXPECT_EQ(tries_, 0);
  EXPECT_EQ(ask("ca", "4711-right").verdict, UnlockVerdict::done);
}

TEST_F(UnlockSocketTest, LeavesASilentPeerAfterAWhileAndServesTheNext) {
  const Descriptor silent = connect();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(ask("ca", "4711-right").verdict, UnlockVerdict::done);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(8));
}

TEST_F(UnlockSocketTest, EndsAtSigtermAndLeavesNoSocket) {
  ask("ca", "4711-right");
  ::kill(::getpid(), SIGTERM);
  EXPECT_THROW(waiting_.get(), Error);
  EXPECT_TRUE(server_.stopped());
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST(UnlockSocket, SaysThatItsPathIsTooLong) {
  UnlockSocket server("/tmp/" + std::string(120, 'x'), {});
  try {
    server.unlock({{"ca", "inkan-ca"}}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    EXPECT_THAT(error.what(), HasSubstr("shorter state_dir"));
  }
}

}  // namespace
}  // namespace inkan::daemon
