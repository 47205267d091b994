// What a peer can do to a listener by sending oddly, slowly, too much or too often; over real sockets with
// short deadlines.
#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Those of handshakes stay long, but where they are what is tested: a sanitizer's handshake may take 300 ms.
api::Deadlines short_deadlines() {
  api::Deadlines deadlines;
  deadlines.header = deadlines.body = deadlines.write = deadlines.idle = milliseconds(300);
  deadlines.linger = milliseconds(200);
  return deadlines;
}

// Sends `octets` one at a time until the server closes, or two seconds have passed. True if it closed.
bool drip(RawClient& client, const std::string& octets) {
  const auto end = std::chrono::steady_clock::now() + seconds(2);
  for (std::size_t i = 0; std::chrono::steady_clock::now() < end; ++i) {
    if (!client.send(std::string(1, octets[i % octets.size()])) || client.closes(milliseconds(20)))
      return true;
  }
  return false;
}

TEST(Smuggling, EndsTheConnectionAfterOneAnswer) {
  const char* attempts[] = {
      "POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
      "POST /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
      "POST /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
      "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\nabcde",
      "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nabcde",
      "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nabcde",
      "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET /livez HTTP/1.1\r\n\r\n",
      "GET /livez HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n",
      "GET /livez HTTP/1.1\nHost: a\n\n",
      "GET /livez HTTP/1.1\r\nHost: a\r\nX: y\rZ: 1\r\n\r\n",
  };
  Edge edge({}, short_deadlines());
  for (const auto* attempt : attempts) {
    auto client = edge.plain();
    const auto response = client.ask(std::string(attempt) + get("/livez"));
    SCOPED_TRACE(attempt);
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->status == 400 || response->status == 411) << response->status;
    EXPECT_EQ(response->field("content-type"), "application/problem+json");
    EXPECT_EQ(response->field("connection"), "close");
    EXPECT_FALSE(client.read(milliseconds(400)));  // the request behind it is never answered
  }
}

TEST(Body, IsNeverTakenForTheNextRequest) {
  Edge edge;
  auto client = edge.plain();
  const auto inner = get("/ca/issuing.pem");
  // A GET with a body, and one for a resource that is not there: neither handler looks at it.
  for (const auto* target : {"/livez", "/nothing"}) {
    client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                std::to_string(inner.size()) + "\r\n\r\n" + inner);
    ASSERT_TRUE(client.read());
    EXPECT_FALSE(client.read(milliseconds(100)));
  }
  EXPECT_EQ(client.ask(get("/livez"))->body, "alive\n");
}

TEST(Pipelining, AnswersInOrder) {
  Edge edge;
  auto client = edge.plain();
  client.send(get("/livez") + get("/nothing") + get("/ca/issuing.pem") + get("/livez"));
  EXPECT_EQ(client.read()->status, 200);
  EXPECT_EQ(client.read()->status, 404);
  EXPECT_EQ(client.read()->field("content-type"), "application/x-pem-file");
  EXPECT_EQ(client.read()->body, "alive\n");
}

TEST(Continue, IsSentBeforeTheBodyIsThere) {
  Edge edge;
  auto client = edge.as(pki().web);
  const auto body = issue_body();
  client.send(
      "POST /v1/certificates HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: "
      "100-continue\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n");
  const auto interim = client.read(seconds(2));
  ASSERT_TRUE(interim);
  EXPECT_EQ(interim->status, 100);
  EXPECT_EQ(client.ask(body)->status, 201);
}

TEST(Continue, IsRefusedForABodyThatIsTooLarge) {
  Edge edge;
  auto client = edge.plain();
  expect_problem(
      client.ask(
          "POST /livez HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n"),
      413, "body-too-large");
}

TEST(Limits, AnswerTheirOwnStatus) {
  Edge edge;
  expect_problem(edge.plain().ask(get("/" + std::string(2100, 'a'))), 414, "target-too-long");
  expect_problem(edge.plain().ask(get("/livez", "A: " + std::string(17'000, 'a') + "\r\n")), 431,
                 "header-too-large");
  expect_problem(edge.plain().ask(get("/livez", "Content-Length: 999999999999999\r\n")), 413,
                 "body-too-large");
  // The whole body is sent before the answer is read: it must not be lost to a reset.
  expect_problem(edge.as(pki().web).ask(post("/v1/certificates", std::string(3 * 1024 * 1024, ' '))), 413,
                 "body-too-large");
}

TEST(Deadline, CutsASlowHeader) {
  Edge edge({}, short_deadlines());
  auto plain = edge.plain();
  EXPECT_TRUE(drip(plain,
                   "GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: "
                   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
  EXPECT_EQ(edge.server->public_counters().timed_out.header, 1u);
  auto silent = edge.as(pki().web);
  EXPECT_TRUE(silent.closes(seconds(2)));
  EXPECT_EQ(edge.server->api_counters().timed_out.header, 1u);
}

TEST(Deadline, CutsADripFedBody) {
  Edge edge({}, short_deadlines());
  auto client = edge.as(pki().web);
  client.send(
      "POST /v1/certificates HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
      "1000\r\n\r\n");
  EXPECT_TRUE(drip(client, " "));
  EXPECT_EQ(edge.server->api_counters().timed_out.body, 1u);
}

TEST(Deadline, CutsAHandshakeThatNeverBegins) {
  auto deadlines = short_deadlines();
  deadlines.handshake = milliseconds(300);
  Edge edge({}, deadlines);
  auto client = RawClient::plain(edge.server->api_port());
  EXPECT_TRUE(client.closes(seconds(2)));
  EXPECT_EQ(edge.server->api_counters().timed_out.handshake, 1u);
  EXPECT_EQ(edge.server->api_counters().failed_handshakes, 0u);
}

TEST(Deadline, CutsAnIdleConnection) {
  Edge edge({}, short_deadlines());
  auto client = edge.plain();
  EXPECT_EQ(client.ask(get("/livez"))->status, 200);
  EXPECT_TRUE(client.closes(seconds(2)));
  EXPECT_EQ(edge.server->public_counters().timed_out.idle, 1u);
}

TEST(Deadline, CutsAPeerThatDoesNotReadItsAnswers) {
  Edge edge({}, short_deadlines());
  auto client = edge.plain();
  const int small = 4096;
  ::setsockopt(client.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  std::string many;
  for (int i = 0; i < 2000; ++i) many += get("/openapi.yaml");
  std::thread sender([&] { client.send(many); });
  EXPECT_TRUE(eventually([&] { return edge.server->public_counters().timed_out.write == 1; }));
  sender.join();
}

TEST(Deadline, DoesNotCountTheHandlersTime) {
  Edge edge({}, short_deadlines());
  edge.authority.slow_for = milliseconds(700);
  EXPECT_EQ(edge.as(pki().web).ask(post("/v1/certificates", issue_body("slow")))->status, 201);
}

TEST(Deadline, GivesEachRequestOfAConnectionItsOwn) {
  Edge edge({}, short_deadlines());
  auto client = edge.plain();
  for (int i = 0; i < 6; ++i) {
    std::this_thread::sleep_for(milliseconds(100));
    const auto response = client.ask(get("/livez"));
    ASSERT_TRUE(response) << i;
  }
}

TEST(Caps, AnswerPerAddressWith503AndSayWhen) {
  api::Limits limits;
  limits.connections_per_address = 2;
  Edge edge(limits);
  auto first = edge.as(pki().web), second = edge.as(pki().web);
  EXPECT_EQ(first.ask(get("/v1/profiles"))->status, 200);
  EXPECT_EQ(second.ask(get("/v1/profiles"))->status, 200);
  auto third = edge.as(pki().web);
  const auto refused = third.ask(get("/v1/profiles"));
  expect_problem(refused, 503, "too-many-connections");
  EXPECT_FALSE(refused->field("retry-after").empty());
  EXPECT_TRUE(third.closes(seconds(2)));
  EXPECT_EQ(edge.server->api_counters().refused_over_cap, 1u);
}

TEST(Caps, AreFreedByThoseWhoLeave) {
  api::Limits limits;
  limits.connections_per_address = 1;
  Edge edge(limits, short_deadlines());
  for (int i = 0; i < 5; ++i) {
    auto client = edge.plain();
    const auto response = client.ask(get("/livez", "Connection: close\r\n"));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200) << i;
    EXPECT_TRUE(client.closes(seconds(2)));
    EXPECT_TRUE(eventually([&] { return edge.server->connections() == 0; }));
  }
}

TEST(Caps, CloseBeyondTheReserveAndCountIt) {
  api::Limits limits;
  limits.connections = 2;
  limits.connections_per_address = 100;
  limits.reserve = 2;
  auto deadlines = short_deadlines();
  deadlines.handshake = deadlines.over_cap = seconds(2);
  Edge edge(limits, deadlines);
  std::vector<RawClient>
      silent;  // none of them speaks: two are served, two wait in the reserve for their handshake
  for (int i = 0; i < 6; ++i) silent.push_back(RawClient::plain(edge.server->api_port()));
  EXPECT_TRUE(eventually([&] { return edge.server->api_counters().closed_beyond_reserve == 2; }));
  EXPECT_EQ(edge.server->api_counters().accepted, 4u);
  EXPECT_TRUE(silent.back().closes(seconds(1)));
}

TEST(Caps, CutAnOverCapPeerThatStallsItsHandshake) {
  api::Limits limits;
  limits.connections_per_address = 1;
  auto deadlines = short_deadlines();
  deadlines.handshake = deadlines.idle = seconds(20);
  deadlines.over_cap = milliseconds(300);
  Edge edge(limits, deadlines);
  auto served = edge.as(pki().web);
  EXPECT_EQ(served.ask(get("/v1/profiles"))->status, 200);
  auto stalled = RawClient::plain(edge.server->api_port());
  EXPECT_TRUE(stalled.closes(seconds(2)));
}

TEST(Caps, KeepOneAddressFromStarvingAnother) {
  api::Limits limits;
  limits.connections_per_address = 3;
  Edge edge(limits);
  std::vector<RawClient> greedy;
  for (int i = 0; i < 10; ++i) greedy.push_back(edge.plain());
  EXPECT_TRUE(eventually([&] { return edge.server->public_counters().refused_over_cap >= 7; }));
  expect_problem(edge.plain().read(), 503, "too-many-connections");
  auto other = RawClient::plain(edge.server->public_port(), "127.0.0.1", "127.0.0.2");
  const auto response = other.ask(get("/livez"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
}

TEST(Idle, MakesRoomForANewcomerWhenFull) {
  api::Limits limits;
  limits.connections = 4;
  Edge edge(limits);  // idle: 15 s
  std::vector<RawClient> idle;
  for (int i = 0; i < 4; ++i) {
    idle.push_back(edge.plain());
    ASSERT_EQ(idle.back().ask(get("/livez"))->status, 200);
  }
  const auto begin = std::chrono::steady_clock::now();
  auto newcomer = edge.plain();
  const auto response = newcomer.ask(get("/livez"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(1));
  EXPECT_GE(edge.server->public_counters().evicted_idle + edge.server->public_counters().timed_out.idle, 1u);
}

TEST(Idle, EndsEarlyWhileMostOfTheCapIsInUse) {
  api::Limits limits;
  limits.connections = 4;
  api::Deadlines deadlines;
  deadlines.crowded_idle = milliseconds(200);
  Edge edge(limits, deadlines);
  std::vector<RawClient> idle;
  for (int i = 0; i < 3; ++i) {
    idle.push_back(edge.plain());
    ASSERT_EQ(idle.back().ask(get("/livez"))->status, 200);
  }
  EXPECT_TRUE(eventually([&] { return edge.server->public_counters().timed_out.idle >= 1; }, seconds(2)));
}

}  // namespace
}  // namespace inkan::test
