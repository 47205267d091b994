// How a listener begins, which TLS it speaks, and how it ends.
#include <filesystem>

#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(GracefulStop, FinishesTheRequestInFlightAndSaysClose) {
  Edge edge;
  edge.authority.slow_for = milliseconds(600);
  auto busy = edge.as(pki().web);
  auto idle = edge.as(pki().web);
  EXPECT_EQ(idle.ask(get("/v1/profiles"))->status, 200);
  busy.send(post("/v1/certificates", issue_body("slow")));
  std::this_thread::sleep_for(milliseconds(100));
  const auto port = edge.server->api_port();
  std::thread stopper([&] { edge.server->stop(seconds(5)); });
  const auto response = busy.read();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->field("connection"), "close");
  EXPECT_TRUE(busy.closes(seconds(1)));
  EXPECT_TRUE(idle.closes(seconds(1)));
  stopper.join();
  EXPECT_EQ(edge.server->connections(), 0u);
  EXPECT_THROW(RawClient::plain(port), std::runtime_error);
}

TEST(GracefulStop, CutsWhoTakesLongerThanTheGrace) {
  Edge edge;
  auto client = edge.plain();
  client.send("GET /livez HT");
  std::this_thread::sleep_for(milliseconds(50));
  const auto begin = std::chrono::steady_clock::now();
  edge.server->stop(milliseconds(300));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(2));
  EXPECT_TRUE(client.closes(seconds(1)));
}

TEST(GracefulStop, DoesNotWaitForThoseWhoSaidNothing) {
  Edge edge;
  auto plain = edge.plain();
  auto tls = edge.as(pki().web);
  auto unshaken = RawClient::plain(edge.server->api_port());
  ASSERT_TRUE(eventually([&] { return edge.server->connections() == 3; }));
  const auto begin = std::chrono::steady_clock::now();
  edge.server->stop(seconds(20));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(3));
  EXPECT_TRUE(plain.closes(seconds(1)));
}

TEST(Tls, SpeaksOneDotTwoAndThreeAndNothingOlder) {
  Edge edge;
  auto modern = edge.as(pki().web);
  EXPECT_EQ(std::string(SSL_get_version(modern.ssl())), "TLSv1.3");
  auto older =
      RawClient::tls(edge.server->api_port(), make_client_context(pki().ca.der, &pki().web, TLS1_2_VERSION));
  EXPECT_EQ(std::string(SSL_get_version(older.ssl())), "TLSv1.2");
  EXPECT_EQ(older.ask(get("/v1/profiles"))->status, 200);
  const auto oldest = make_client_context(pki().ca.der, &pki().web, TLS1_1_VERSION);
  SSL_CTX_set_min_proto_version(oldest.get(), TLS1_1_VERSION);
  SSL_CTX_set_security_level(oldest.get(), 0);
  SSL_CTX_set_cipher_list(oldest.get(), "ALL:@SECLEVEL=0");
  EXPECT_THROW(RawClient::tls(edge.server->api_port(), oldest), std::runtime_error);
}

// A resumed session would bring an identity that was verified some other time.
TEST(Tls, NeverResumesASession) {
  Edge edge;
  for (const int maximum : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto context = make_client_context(pki().ca.der, &pki().web, maximum);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT);
    auto first = RawClient::tls(edge.server->api_port(), context);
    ASSERT_EQ(first.ask(get("/v1/profiles"))->status, 200);
    const std::shared_ptr<SSL_SESSION> session(SSL_get1_session(first.ssl()), SSL_SESSION_free);
    EXPECT_EQ(SSL_SESSION_is_resumable(session.get()), 0) << maximum;
  }
}

TEST(Tls, RefusesAKeyThatIsNotTheCertificates) {
  Edge edge;
  EXPECT_THROW(api::HttpServer({}, edge.authority, {{pki().server.der}, pki().web.key, {pki().ca.der}}, {}),
               policy::Error);
  EXPECT_THROW(api::HttpServer({}, edge.authority, {{}, pki().web.key, {pki().ca.der}}, {}), policy::Error);
  EXPECT_THROW(
      api::HttpServer({}, edge.authority, {{policy::Bytes{1, 2}}, pki().web.key, {pki().ca.der}}, {}),
      policy::Error);
}

TEST(Listen, NamesTheAddressThatIsTaken) {
  Edge edge;
  api::ServerConfig config;
  config.public_port = edge.server->public_port();
  api::HttpServer second(config, edge.authority, {{pki().server.der}, pki().server.key, {pki().ca.der}}, {});
  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const policy::Error& error) {
    EXPECT_EQ(error.code(), policy::ErrorCode::config);
    EXPECT_NE(std::string(error.what()).find(":" + std::to_string(config.public_port)), std::string::npos)
        << error.what();
  }
}

TEST(Threads, AllEndWithTheServer) {
  const auto count = [] {
    std::size_t threads = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/task"))
      ++threads;
    return threads;
  };
  const auto before = count();
  {
    Edge edge;
    std::vector<RawClient> clients;
    for (int i = 0; i < 8; ++i) {
      clients.push_back(edge.plain());
      ASSERT_TRUE(clients.back().ask(get("/livez")));
    }
    EXPECT_GT(count(), before);
  }
  EXPECT_EQ(count(), before);
}

// Renewed on the same key: shown from the next handshake on, and nothing else is.
TEST(ServerLife, ShowsARenewedChainFromTheNextHandshakeOn) {
  const auto& pki = EdgePki::one();
  Edge edge;
  const auto shown = [](const RawClient& client) {
    return sk_X509_num(SSL_get_peer_cert_chain(client.ssl()));
  };
  EXPECT_EQ(shown(edge.anonymous()), 2) << "OpenSSL adds the issuer that it trusts";
  EXPECT_THROW(edge.server->present({pki.web.der}), policy::Error) << "on another key";
  EXPECT_THROW(edge.server->present({}), policy::Error);
  EXPECT_THROW(edge.server->present({policy::Bytes{0x30, 0}}), policy::Error);
  EXPECT_EQ(shown(edge.anonymous()), 2);
  edge.server->present({pki.server.der, pki.ca.der, pki.other_ca.der});
  EXPECT_EQ(shown(edge.anonymous()), 3);
  EXPECT_EQ(shown(edge.as(pki.web)), 3);
  edge.server->present({pki.server.der});
  EXPECT_EQ(shown(edge.anonymous()), 2);
}

}  // namespace
}  // namespace inkan::test
