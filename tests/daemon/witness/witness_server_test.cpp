#include "daemon/witness/witness_server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <map>
#include <thread>

#include "policy/types/error.h"
#include "tests/support/outside.h"
#include "tests/support/raw_client.h"
#include "tests/support/witness_peers.h"
#include "tests/support/witnessed_log.h"

namespace inkan::daemon::witness {
namespace {

using test::RawClient;

constexpr const char* k_name = "witness.example.test/w1";

Deadline soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

class WitnessServerTest : public testing::Test {
 protected:
  WitnessServerTest()
      : witness_(WitnessKey::make(folder_.path() / "key.pem", k_name), {log_.verifier()},
                 folder_.path() / "state"),
        server_(std::make_unique<WitnessServer>(witness_, "127.0.0.1", 0, [](const std::string&) {})) {}

  HttpAnswer post(const std::string& body, const std::string& target = "/add-checkpoint",
                  const std::string& method = "POST") const {
    return ask({false, "127.0.0.1", server_->port(), ""}, {method, target, body}, 65536, soon());
  }
  HttpAnswer submit(std::uint64_t old_size, std::uint64_t size, int fork = 0) const {
    return post(log_.submission(old_size, size, fork).text());
  }
  RawClient raw() const { return RawClient::plain(server_->port()); }
  int status_of(const std::string& octets) const {
    const auto answer = raw().ask(octets, std::chrono::seconds(20));
    return answer ? answer->status : 0;
  }

  test::TemporaryFolder folder_;
  test::SmallLog log_;
  Witness witness_;
  std::unique_ptr<WitnessServer> server_;
};

TEST_F(WitnessServerTest, AnswersEachStatusOfItsSpecification) {
  const auto first = submit(0, 7);
  EXPECT_EQ(first.status, 200);
  EXPECT_TRUE(first.body.starts_with("\xe2\x80\x94 witness.example.test/w1 ")) << first.body;
  const auto stale = submit(3, 9);
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.type, "text/x.tlog.size");
  EXPECT_EQ(stale.body, "7\n");
  EXPECT_EQ(submit(7, 9).status, 200);
  const auto other = submit(9, 9, 1);
  EXPECT_EQ(other.status, 409);
  EXPECT_NE(other.type, "text/x.tlog.size") << "a client would try again with that size";
  EXPECT_EQ(submit(9, 12, 1).status, 422);
  EXPECT_EQ(post(test::SmallLog("other.example.test").submission(0, 3).text()).status, 404);
  EXPECT_EQ(post(test::SmallLog().submission(0, 3).text()).status, 403);
  EXPECT_EQ(post("garbage").status, 400);
  EXPECT_EQ(post("old 10\n\n" + log_.note(9)).status, 400);
  EXPECT_EQ(post("", "/add-checkpoint", "GET").status, 405);
  EXPECT_EQ(post("", "/other").status, 404);
}

TEST_F(WitnessServerTest, LivesThroughWhateverIsSentToIt) {
  const std::string head = "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n";
  EXPECT_EQ(status_of(head + "Content-Length: 65537\r\n\r\n"), 413);
  EXPECT_EQ(status_of(head + "Content-Length: 99999999999999999999999\r\n\r\n"), 413);
  EXPECT_EQ(status_of(head + "Content-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), 400);
  EXPECT_EQ(status_of(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 411);
  EXPECT_EQ(status_of(head + "X: " + std::string(10000, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(status_of("\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET\r\n\r\n"), 400);
  status_of(std::string(100000, '\0'));
  status_of(std::string("\x16\x03\x01\x02", 4) + std::string(600, '\xff') + "\r\n\r\n");
  std::uint32_t chance = 1;
  for (int i = 0; i < 300; ++i) {
    std::string octets = head + "Content-Length: 40\r\n\r\n" + log_.submission(0, 7).text().substr(0, 40);
    for (int j = 0; j < 5; ++j) {
      chance = chance * 1664525 + 1013904223;
      octets[(chance >> 8) % octets.size()] = static_cast<char>(chance >> 24);
    }
    auto client = raw();
    client.send(octets);
  }
  // As long as its places are taken by those, further connections are closed.
  int status = 0;
  for (int i = 0; i < 100 && status != 200; ++i) {
    try {
      status = submit(0, 7).status;
    } catch (const std::exception&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  EXPECT_EQ(status, 200);
}

// They are cut after ten seconds, and others are served meanwhile.
TEST_F(WitnessServerTest, SlowPeersEndInTimeAndHoldNobodyUp) {
  std::vector<RawClient> slow;
  for (int i = 0; i < WitnessServer::k_threads - 2; ++i) {
    slow.push_back(raw());
    slow.back().send("POST /add-checkpoint HTTP/1.1\r\nX-");
  }
  EXPECT_EQ(submit(0, 7).status, 200);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(slow.front().read(std::chrono::seconds(30))) << "it never became a request";
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_LT(took, std::chrono::seconds(20));
  EXPECT_EQ(submit(7, 9).status, 200);
}

TEST_F(WitnessServerTest, WaitsForABodyThatIsAnnounced) {
  const std::string body = log_.submission(0, 7).text();
  auto client = raw();
  client.send("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nExpect: 100-continue\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  ASSERT_EQ(client.read(std::chrono::seconds(5)).value().status, 100);
  EXPECT_EQ(client.ask(body).value().status, 200);
}

// Of two histories only one is ever cosigned, and no size twice with two roots, whoever comes first.
TEST_F(WitnessServerTest, ManyAtOnceNeverGetTwoHistoriesCosigned) {
  std::mutex mutex;
  std::map<std::uint64_t, std::set<int>> cosigned;
  std::vector<std::thread> callers;
  for (int fork = 0; fork < 6; ++fork)
    callers.emplace_back([&, fork] {
      std::uint64_t known = 0;
      for (std::uint64_t size = 6; size < 40; ++size) {
        const auto answer = submit(std::min(known, size), size, fork);
        if (answer.type == "text/x.tlog.size") known = std::stoull(answer.body);
        if (answer.status != 200) continue;
        const std::lock_guard lock(mutex);
        cosigned[size].insert(fork);
        known = size;
      }
    });
  for (auto& caller : callers) caller.join();
  EXPECT_FALSE(cosigned.empty());
  std::set<int> histories;
  for (const auto& [size, forks] : cosigned) histories.insert(forks.begin(), forks.end());
  EXPECT_EQ(histories.size(), 1U);
}

TEST_F(WitnessServerTest, AnAddressInUseIsSaid) {
  EXPECT_THROW(WitnessServer(witness_, "127.0.0.1", server_->port(), [](const std::string&) {}),
               policy::Error);
}

// The program, killed at every step of keeping: what it answered before, and what it kept, it stands by.
class KilledWitness : public WitnessServerTest {
 protected:
  KilledWitness() { server_.reset(); }
  ~KilledWitness() override { end(SIGKILL); }
  KilledWitness(const KilledWitness&) = delete;
  KilledWitness& operator=(const KilledWitness&) = delete;

  void start(const std::string& fault) {
    const std::string program = std::string(INKAN_BINARY_DIR) + "/daemon/witness/inkan-witness";
    const std::string key = (folder_.path() / "key.pem").string(),
                      state = (folder_.path() / "killed").string();
    port_ = test::free_port();
    const std::string listen = "127.0.0.1:" + std::to_string(port_), log = log_.verifier().verifier_key();
    const std::vector<std::string> words{program,   "serve", "--key", key, "--name",   k_name,
                                         "--state", state,   "--log", log, "--listen", listen};
    std::vector<char*> arguments, environment;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::string armed = "INKAN_FAULT=" + fault;
    for (char** each = environ; *each; ++each) environment.push_back(*each);
    environment.push_back(armed.data());
    environment.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed =
        ::posix_spawn(&child_, program.c_str(), &files, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&files);
    ASSERT_EQ(failed, 0);
    for (int i = 0; i < 500; ++i) {
      try {
        if (ask({false, "127.0.0.1", port_, ""}, {"GET", "/", ""}, 999, soon()).status == 404) return;
      } catch (const policy::Error&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
    FAIL() << "it does not answer";
  }
  // 0: it died instead.
  int submit_to_it(std::uint64_t old_size, std::uint64_t size, int fork) {
    try {
      return ask({false, "127.0.0.1", port_, ""},
                 {"POST", "/add-checkpoint", log_.submission(old_size, size, fork).text()}, 65536, soon())
          .status;
    } catch (const policy::Error&) {
      return 0;
    }
  }
  int end(int signal) {
    if (child_ <= 0) return 0;
    ::kill(child_, signal);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return status;
  }

  pid_t child_ = -1;
  std::uint16_t port_ = 0;
};

TEST_F(KilledWitness, NeverCosignsAForkOfWhatItKept) {
  struct {
    const char* point;
    bool kept;  // then the other history is refused; else nothing was answered, and either may come
  } const steps[] = {{"witness.before-keep:1", false}, {"file.before-rename:1", false},
                     {"file.after-rename:1", true},    {"witness.after-keep:1", true},
                     {"file.before-rename:2", true},   {"file.after-rename:2", true}};
  for (const auto& step : steps) {
    std::filesystem::remove_all(folder_.path() / "killed");
    start("");
    ASSERT_EQ(submit_to_it(0, 7, 0), 200);
    end(SIGKILL);
    start(step.point);
    EXPECT_EQ(submit_to_it(7, 9, 0), 0) << step.point;
    end(SIGKILL);
    start("");
    if (step.kept) {
      EXPECT_EQ(submit_to_it(7, 9, 0), 409) << step.point;
      EXPECT_EQ(submit_to_it(9, 9, 1), 409) << step.point;
      EXPECT_EQ(submit_to_it(9, 12, 1), 422) << step.point;
      EXPECT_EQ(submit_to_it(9, 12, 0), 200) << step.point;
    } else {
      EXPECT_EQ(submit_to_it(7, 9, 1), 422) << step.point;
      EXPECT_EQ(submit_to_it(7, 9, 0), 200) << step.point;
    }
    const int status = end(SIGTERM);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << step.point << ": " << status;
  }
}

}  // namespace
}  // namespace inkan::daemon::witness
