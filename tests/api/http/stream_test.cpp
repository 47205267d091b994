// Bodies that are made while they are sent, over real sockets; curl says what arrived and whether it was
// whole.
#include <gmock/gmock.h>

#include <fstream>

#include "api/http/listener.h"
#include "tests/support/outside.h"
#include "tests/support/process.h"
#include "tests/support/raw_client.h"

namespace inkan::test {
namespace {

using api::Response;
using std::chrono::milliseconds;

constexpr std::size_t k_part = 64 * 1024;

std::string part_of(std::size_t n) {
  return std::string(k_part - 1, static_cast<char>('a' + n % 26)) + "\n";
}

// "/N": N parts; "/N/fail": throws instead of ending; "/N/slow": says "nothing yet" before each part.
class Parts : public api::Responder {
 public:
  std::atomic<std::size_t> made = 0;
  std::atomic<int> failures = 0;

  std::string request_id() override { return "01TESTREQUEST0000000000000"; }
  std::string date() override { return "Sun, 06 Nov 1994 08:49:37 GMT"; }
  Response answer(const api::Request& request) override {
    const auto& path = request.target.segments;
    const std::size_t count = std::stoul(path.at(0));
    const bool fails = path.size() > 1 && path[1] == "fail", slow = path.size() > 1 && path[1] == "slow";
    Response response{200, "text/plain", "", {}};
    response.source = [this, count, fails, slow, n = std::size_t{0},
                       again = false]() mutable -> std::optional<std::string> {
      if (slow && (again = !again)) return "";
      if (n == count && fails) throw std::runtime_error("the store failed");
      if (n == count) return std::nullopt;
      ++made;
      return part_of(n++);
    };
    return response;
  }
  Response refuse(const api::Fault&, const api::Peer&, const std::string&, const api::RequestHead*) override {
    return Response{400, "", "", {}};
  }
  void handshake_failed(const std::string&, const std::string&) override { ++failures; }
};

class Streaming : public testing::Test {
 protected:
  void start(api::Deadlines deadlines = {}) {
    listener_.emplace(api::Listener::Settings{"stream", "127.0.0.1", 0, {}, deadlines, {}}, parts_);
    listener_->start();
  }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(listener_->port()) + path;
  }
  Verdict curl(const std::vector<std::string>& options) const {
    std::vector<std::string> command{"curl", "-sS", "--max-time", "60", "-o", file().string()};
    command.insert(command.end(), options.begin(), options.end());
    return run(command);
  }
  std::filesystem::path file() const { return folder_.path() / "body"; }
  std::string body() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::string whole(std::size_t count) {
    std::string text;
    for (std::size_t n = 0; n < count; ++n) text += part_of(n);
    return text;
  }

  TemporaryFolder folder_;
  Parts parts_;
  std::optional<api::Listener> listener_;
};

TEST_F(Streaming, ArrivesWholeInEitherVersion) {
  start();
  for (const auto* version : {"--http1.1", "--http1.0"})
    for (const std::size_t count : {0u, 1u, 100u}) {
      SCOPED_TRACE(version + std::to_string(count));
      const auto verdict = curl({version, url("/" + std::to_string(count) + "/slow")});
      EXPECT_EQ(verdict.status, 0) << verdict.output;
      EXPECT_TRUE(body() == whole(count)) << body().size();
      std::filesystem::remove(file());
    }
}

TEST_F(Streaming, LeavesTheConnectionForTheNextRequest) {
  start();
  const auto verdict = curl({"-w", "%{num_connects} ", url("/3"), "-o", "/dev/null", url("/2")});
  EXPECT_EQ(verdict.output, "1 0 ");
  const auto old = curl({"--http1.0", "-w", "%{num_connects} ", url("/3"), "-o", "/dev/null", url("/2")});
  EXPECT_EQ(old.output, "1 1 ");
}

TEST_F(Streaming, SendsNoBodyToHeadAndAsksTheSourceForNone) {
  start();
  auto client = RawClient::plain(listener_->port());
  client.send("HEAD /5 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /5 HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 2; ++i) {
    const auto response = client.read(std::chrono::seconds(5), true);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->field("transfer-encoding"), "chunked");
    EXPECT_EQ(response->field("content-length"), "");
  }
  EXPECT_EQ(parts_.made, 0u);
}

// 18: a chunked transfer without its end. 56: the connection was reset; an end without one would look whole.
TEST_F(Streaming, ShowsThatItBrokeOff) {
  start();
  for (const std::size_t count : {0u, 1u, 50u}) {
    const auto path = url("/" + std::to_string(count) + "/fail");
    EXPECT_THAT(curl({"--http1.1", path}).status, testing::AnyOf(18, 56)) << count;
    EXPECT_EQ(curl({"--http1.0", path}).status, 56) << count;
  }
}

TEST_F(Streaming, CutsAPeerThatDoesNotReadAndAsksTheSourceNoMore) {
  api::Deadlines deadlines;
  deadlines.write = milliseconds(300);
  start(deadlines);
  std::uint64_t cut = 0;
  for (const auto* version : {"1.1", "1.0"}) {
    auto client = RawClient::plain(listener_->port());
    client.send("GET /100000 HTTP/" + std::string(version) + "\r\nHost: a\r\n\r\n");
    ++cut;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    const auto over = [&] {
      return listener_->counters().timed_out.write == cut && listener_->connections() == 0;
    };
    while (!over() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(milliseconds(10));
    ASSERT_TRUE(over()) << version;
    EXPECT_LT(parts_.made, 1000u);
    // What the kernel holds may be read; then comes a reset, not an end.
    char octets[64 * 1024];
    long n = 1;
    while ((n = ::recv(client.descriptor(), octets, sizeof octets, 0)) > 0) {
    }
    EXPECT_EQ(n, -1) << version;
    parts_.made = 0;
  }
}

// A deadline is for one part: who reads on, if slowly, gets all of it.
TEST_F(Streaming, IsNotBoundAsAWholeByTheWriteDeadline) {
  api::Deadlines deadlines;
  deadlines.write = milliseconds(700);
  start(deadlines);
  const auto begin = std::chrono::steady_clock::now();
  // Two seconds and more at an even pace; curl's own --limit-rate stops for longer than the deadline at
  // times.
  const std::string slowly =
      "import sys, time\n"
      "while part := sys.stdin.buffer.read(65536):\n"
      "    sys.stdout.buffer.write(part); time.sleep(0.01)";
  const auto verdict =
      run({"bash", "-o", "pipefail", "-c", "curl -sSN --max-time 60 \"$1\" | python3 -c \"$2\" >\"$3\"",
           "slowly", url("/200"), slowly, file().string()});
  EXPECT_EQ(verdict.status, 0) << verdict.output;
  EXPECT_GT(std::chrono::steady_clock::now() - begin, milliseconds(2 * 700));
  EXPECT_TRUE(body() == whole(200)) << body().size();
}

TEST_F(Streaming, NeedsNoMemoryForWhatItSends) {
  start();
  ASSERT_EQ(run({"curl", "-sS", "-o", "/dev/null", url("/10")}).status, 0);
  const auto before = resident_kilobytes();
  const auto verdict = run({"curl", "-sS", "-o", "/dev/null", "-w", "%{size_download}", url("/8000")});
  EXPECT_EQ(verdict.output, std::to_string(8000 * k_part));  // 500 MiB
  if (!k_sanitized) {
    EXPECT_LT(resident_kilobytes() - before, 16 * 1024);
  }
}

}  // namespace
}  // namespace inkan::test
