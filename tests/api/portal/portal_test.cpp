// The portal over real sockets: its page, who may call it, and what of the API's answers a browser gets.
#include "api/portal/portal.h"

#include <gmock/gmock.h>

#include "tests/support/portal_bench.h"

namespace inkan::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string k_login = R"({"user_id":"taro001","password":"himitsu1","screen":"login"})";

void let_log_in(PortalBench& bench) {
  bench.backend.answers(
      "POST /v1/sessions", 201,
      {{"ticket", "T1"}, {"user", {{"user_id", "taro001"}}}, {"ends", "x"}, {"choose_password", false}});
}

TEST(Portal, ServesThePageUnderStrictFields) {
  PortalBench bench;
  for (const char* path : {"/", "/enrol", "/users-of-mine"}) {
    const auto page = bench.main().ask(get(path));
    ASSERT_TRUE(page) << path;
    EXPECT_EQ(page->status, 200);
    EXPECT_THAT(page->body, HasSubstr("<title>portal</title>"));
    EXPECT_EQ(
        page->field("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'");
    // Another site's link brings none of the cookies that are there: what came now would take their place.
    EXPECT_EQ(page->field("set-cookie"), "");
    EXPECT_EQ(page->field("cache-control"), "no-cache");
  }
  auto client = bench.main();
  const auto asset = client.ask(get("/assets/app-1a2b.js"));
  EXPECT_EQ(asset->body, "void 0;");
  EXPECT_THAT(asset->field("cache-control"), HasSubstr("immutable"));
  EXPECT_EQ(client.ask(get("/assets/app-1a2b.js", "If-None-Match: " + asset->field("etag") + "\r\n"))->status,
            304);
  expect_problem(client.ask(post("/", "{}")), 405, "method-not-allowed");
}

TEST(Portal, ServesNothingOutsideItsPage) {
  PortalBench bench;
  for (const char* path :
       {"/assets/../secret.txt", "/assets/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/link.txt",
        "/secret.txt", "/assets", "/assets/", "/%2Fetc/passwd", "/Enrol", "/assets/app-1a2b.js/", "/portal",
        "/portal/none", "/portal/users/../state", "/portal/users/a%2Fb/release"}) {
    const auto answer = bench.main().ask(get(path));
    ASSERT_TRUE(answer) << path;
    EXPECT_THAT(answer->status, testing::AnyOf(400, 404)) << path;
    EXPECT_THAT(answer->body, Not(HasSubstr("nobody's"))) << path;
  }
}

TEST(Portal, TakesAnyCertificateInTheHandshakeAndPassesItOn) {
  PortalBench bench;
  bench.backend.answers("GET /v1/policy-pack", 200, {{"name", "p"}, {"document", "toml"}});
  bench.backend.answers("POST /v1/shown-certificates", 200, {{"status", "foreign"}, {"user", "u1"}});
  const auto nothing = json::parse(bench.main().ask(get("/portal/state"))->body);
  EXPECT_EQ(nothing["shown"], json({{"status", "none"}}));
  EXPECT_EQ(nothing["pack"], json({{"name", "p"}}));
  EXPECT_EQ(nothing["proof_origin"], PortalBench::k_proof_origin);
  for (const auto* shows : {&pki().foreign, &pki().expired, &pki().unknown, &pki().other_ca})
    for (const int version : {TLS1_2_VERSION, 0}) {
      const auto state = bench.main(shows, version).ask(get("/portal/state"));
      ASSERT_TRUE(state);
      EXPECT_EQ(json::parse(state->body)["shown"], json({{"status", "foreign"}}));
      EXPECT_EQ(bench.backend.last("POST /v1/shown-certificates")->body["certificate"], pem_of(*shows));
    }
  EXPECT_THAT(bench.backend.last("POST /v1/shown-certificates")->client, HasSubstr("web"));
}

TEST(Portal, ResumesNoTlsSession) {
  PortalBench bench;
  auto client = bench.main(&pki().web);
  ASSERT_TRUE(client.ask(get("/")));
  SSL_SESSION* session = SSL_get1_session(client.ssl());
  EXPECT_EQ(SSL_SESSION_is_resumable(session), 0);
  SSL_SESSION_free(session);
}

TEST(Portal, RefusesWhatItsOwnPageDidNotSend) {
  PortalBench bench;
  let_log_in(bench);
  const std::string type = "Content-Type: application/json\r\n", mark = "Inkan-Portal: 1\r\n",
                    origin = "Origin: " + std::string(PortalBench::k_origin) + "\r\n";
  for (const auto& [fields, rule] : std::vector<std::pair<std::string, std::string>>{
           {type + mark, "portal.origin"},
           {type + mark + "Origin: null\r\n", "portal.origin"},
           {type + mark + "Origin: " + PortalBench::k_proof_origin + "\r\n", "portal.origin"},
           {type + mark + "Origin: https://localhost:9443.boese.example\r\n", "portal.origin"},
           {type + mark + origin + origin, "portal.origin"},
           {type + mark + origin + "Sec-Fetch-Site: same-site\r\n", "portal.origin"},
           {type + origin, "portal.header"},
           {type + "Inkan-Portal: 2\r\n" + origin, "portal.header"},
           {mark + origin, "portal.json"},
           {"Content-Type: text/plain\r\n" + mark + origin, "portal.json"}}) {
    const auto answer = bench.main().ask(post("/portal/login", k_login, fields));
    expect_problem(answer, 403, "denied");
    EXPECT_EQ(json::parse(answer->body)["rule"], rule) << fields;
  }
  EXPECT_FALSE(bench.backend.last("POST /v1/sessions"));
  EXPECT_EQ(bench.main().ask(post("/portal/login", k_login, type + mark + origin))->status, 200);
  expect_problem(bench.main().ask(post("/portal/login", std::string(65537, ' '), page_fields())), 413,
                 "body-too-large");
}

TEST(Portal, KeepsTheTicketFromThePageAndRenewsTheBrowser) {
  PortalBench bench;
  let_log_in(bench);
  auto client = bench.main(&pki().staff);
  const auto answer = client.ask(post(
      "/portal/login", k_login, page_fields("__Host-inkan-browser=old; __Host-inkan-enrolment=e1.S1.n1")));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->field("cache-control"), "no-store");
  EXPECT_EQ(
      json::parse(answer->body),
      json({{"session", {{"user", {{"user_id", "taro001"}}}, {"ends", "x"}, {"choose_password", false}}}}));
  EXPECT_THAT(answer->field("set-cookie"),
              HasSubstr("__Host-inkan-session=T1; Path=/; Secure; HttpOnly; SameSite=Strict"));
  EXPECT_THAT(answer->field("set-cookie"), HasSubstr("__Host-inkan-browser=" + drawn(1)));
  EXPECT_THAT(answer->field("set-cookie"), Not(HasSubstr("__Host-inkan-enrolment")))
      << "it goes on beside a login";
  const auto call = bench.backend.last("POST /v1/sessions");
  EXPECT_EQ(call->fields.at("inkan-browser"), browser_hash(drawn(1)));
  EXPECT_EQ(call->body["address"], "127.0.0.1");
  EXPECT_EQ(call->body["certificate"], pem_of(pki().staff));
  EXPECT_EQ(call->body["screen"], "login");
}

TEST(Portal, PassesOnWhatThePageMayAndNothingElse) {
  PortalBench bench;
  for (const auto& [path, body] : std::vector<std::pair<std::string, std::string>>{
           {"/portal/login", R"({"user_id":"a","password":"b","address":"10.0.0.1"})"},
           {"/portal/enrolment", R"({"user_id":"a","password":"b","certificate":"x"})"},
           {"/portal/enrolment/confirm", R"({"asserted":"tls"})"},
           {"/portal/users", R"({"organisation":"x"})"},
           {"/portal/logout", R"({"all":true})"}}) {
    const auto answer = bench.main().ask(
        post(path, body, page_fields("__Host-inkan-session=T1; __Host-inkan-enrolment=e1.S1.n1")));
    expect_problem(answer, 400, "invalid-request");
  }
  expect_problem(bench.main().ask(post("/portal/login", "[]", page_fields())), 400, "malformed-request");
  EXPECT_TRUE(bench.backend.seen().empty());
}

TEST(Portal, RelaysProblemsWithoutWhatIsNotTheirs) {
  PortalBench bench;
  bench.backend.answers("POST /v1/sessions", 429,
                        {{"type", "urn:inkan:problem:too-many-requests"},
                         {"title", "T"},
                         {"status", 429},
                         {"detail", "D"},
                         {"instance", "urn:inkan:request:API"},
                         {"mend", "M"},
                         {"stack", "at 10.1.2.3"}},
                        {{"Retry-After", "7"}, {"Server", "inside"}});
  const auto answer = bench.main().ask(post(
      "/portal/login", k_login,
      page_fields() +
          "Accept-Language: ja\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->field("retry-after"), "7");
  EXPECT_EQ(answer->field("server"), "");
  EXPECT_EQ(answer->field("set-cookie"), "") << "a login that failed renews nothing";
  EXPECT_EQ(answer->field("content-type"), "application/problem+json");
  const auto problem = json::parse(answer->body);
  EXPECT_EQ(problem["mend"], "M");
  EXPECT_EQ(problem["instance"], "urn:inkan:request:API");
  EXPECT_FALSE(problem.contains("stack"));
  const auto call = bench.backend.last("POST /v1/sessions");
  EXPECT_EQ(call->fields.at("accept-language"), "ja");
  EXPECT_EQ(call->fields.at("traceparent"), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
}

TEST(Portal, AnswersForTheApiWhatOnlyTheOperatorCanMend) {
  for (const auto& [status, type] :
       std::vector<std::pair<int, std::string>>{{401, "client-certificate-not-valid"},
                                                {403, "unknown-identity"},
                                                {403, "role-not-allowed"},
                                                {500, "internal"},
                                                {503, "unavailable"},
                                                {302, "x"}}) {
    PortalBench bench;
    bench.backend.answers("GET /v1/policy-pack", status,
                          {{"type", "urn:inkan:problem:" + type}, {"detail", "inside"}});
    const auto answer = bench.main().ask(get("/portal/state"));
    expect_problem(answer, 503, "unavailable");
    EXPECT_FALSE(answer->field("retry-after").empty());
    EXPECT_THAT(answer->body, Not(HasSubstr("inside")));
    EXPECT_THAT(bench.logged(), HasSubstr("api.failed"));
  }
}

TEST(Portal, Answers503WhileTheApiIsDown) {
  PortalBench bench(1);
  const auto answer = bench.main().ask(get("/portal/state"));
  expect_problem(answer, 503, "unavailable");
  EXPECT_FALSE(answer->field("retry-after").empty());
  EXPECT_THAT(answer->body, Not(HasSubstr("refused")));
  EXPECT_EQ(bench.main().ask(get("/enrol"))->status, 200);
  const auto proof =
      bench.proof(&pki().staff).ask(get("/installed", "Cookie: __Host-inkan-enrolment=e1.S1.n1\r\n"));
  EXPECT_THAT(proof->field("location"), HasSubstr("installed=unavailable"));
}

TEST(Portal, DropsTheCookiesOfTicketsThatAreOver) {
  PortalBench bench;
  const json over{{"type", "urn:inkan:problem:denied"}, {"rule", "user.ticket"}, {"status", 403}};
  bench.backend.answers("GET /v1/policy-pack", 200, {{"name", "p"}});
  bench.backend.answers("GET /v1/session", 403, over);
  bench.backend.answers("GET /v1/enrolments/e1", 200, enrolment_record("timed_out"));
  bench.backend.answers("POST /v1/session/password", 403, over);
  const std::string cookies =
      "__Host-inkan-browser=b1; __Host-inkan-session=T1; __Host-inkan-enrolment=e1.S1.n1";
  const auto answer = bench.main().ask(get("/portal/state", "Cookie: " + cookies + "\r\n"));
  const auto state = json::parse(answer->body);
  EXPECT_EQ(state["session"], nullptr);
  EXPECT_EQ(state["enrolment"]["state"], "timed_out");
  EXPECT_FALSE(state["enrolment"].contains("user"));
  EXPECT_THAT(answer->field("set-cookie"), HasSubstr("__Host-inkan-session=; "));
  EXPECT_THAT(answer->field("set-cookie"), HasSubstr("__Host-inkan-enrolment=; "));
  EXPECT_EQ(bench.backend.last("GET /v1/session")->fields.at("authorization"), "Bearer T1");
  EXPECT_EQ(bench.backend.last("GET /v1/enrolments/e1")->fields.at("authorization"), "Bearer S1");
  EXPECT_EQ(bench.backend.last("GET /v1/session")->fields.at("inkan-browser"), browser_hash("b1"));
  EXPECT_EQ(bench.backend.last("GET /v1/enrolments/e1")->fields.at("inkan-browser"), browser_hash("n1"));
  const auto refused =
      bench.main().ask(post("/portal/password", R"({"old":"a","new":"b"})", page_fields(cookies)));
  EXPECT_EQ(refused->status, 403);
  EXPECT_EQ(refused->field("connection"), "");
  EXPECT_THAT(refused->field("set-cookie"), HasSubstr("__Host-inkan-session=; "));
}

// That the API does not know the portal says nothing of the browser's tickets.
TEST(Portal, KeepsTheCookiesWhenItIsItselfRefused) {
  PortalBench bench;
  bench.backend.answers("GET /v1/policy-pack", 200, {{"name", "p"}});
  bench.backend.answers("GET /v1/session", 403, {{"type", "urn:inkan:problem:unknown-identity"}});
  const auto answer =
      bench.main().ask(get("/portal/state", "Cookie: __Host-inkan-browser=b1; __Host-inkan-session=T1\r\n"));
  expect_problem(answer, 503, "unavailable");
  EXPECT_EQ(answer->field("set-cookie"), "");
}

TEST(Portal, HasTheCertificateChosenAnewWhereItWasTheFault) {
  PortalBench bench;
  for (const auto& [rule, connection] :
       std::map<std::string, std::string>{{"login.certificate", "close"}, {"user.authentication", ""}}) {
    bench.backend.answers("POST /v1/sessions", 403, {{"type", "urn:inkan:problem:denied"}, {"rule", rule}});
    const auto answer = bench.main().ask(post("/portal/login", k_login, page_fields()));
    EXPECT_EQ(answer->status, 403);
    EXPECT_EQ(answer->field("connection"), connection) << rule;
  }
}

// Browsers must often be closed and opened again before they show a new certificate.
// Until 閉じる: a reload must not take from a page what it has to say.
TEST(Portal, LogsOutThoughTheApiIsAway) {
  PortalBench bench;
  bench.backend.answers("POST /v1/session/end", 503, {{"type", "urn:inkan:problem:unavailable"}});
  const auto ended = bench.main().ask(
      post("/portal/logout", "{}", page_fields("__Host-inkan-browser=b1; __Host-inkan-session=T1")));
  EXPECT_EQ(ended->status, 200);
  EXPECT_THAT(ended->field("set-cookie"), HasSubstr("__Host-inkan-session=; "));
}

TEST(Portal, LogsNoSecret) {
  PortalBench bench;
  let_log_in(bench);
  bench.main(&pki().staff)
      .ask(post("/portal/login?x=himitsu1", k_login,
                page_fields("__Host-inkan-session=T0T0; __Host-inkan-browser=b1b1")));
  EXPECT_THAT(bench.logged(), HasSubstr("path=/portal/login"));
  EXPECT_THAT(bench.logged(), HasSubstr("api_request=API0000000000000000000000"));
  for (const char* secret : {"himitsu1", "T0T0", "T1", "b1b1", "BEGIN", "__Host"})
    EXPECT_THAT(bench.logged(), Not(HasSubstr(secret)));
}

TEST(Portal, CutsSlowPeersAndStops) {
  PortalBench bench;
  auto slow = bench.main();
  slow.send("GET /enrol HT");
  EXPECT_TRUE(slow.closes(std::chrono::seconds(3)));
  auto idle = bench.main();
  EXPECT_EQ(idle.ask(get("/enrol"))->status, 200);
  const auto port = bench.portal->main_port();
  bench.portal->stop(std::chrono::seconds(5));
  EXPECT_TRUE(idle.closes(std::chrono::seconds(1)));
  EXPECT_THROW(RawClient::plain(port), std::runtime_error);
}

// The API closes what is idle; the next call must not end in its closed connection.
TEST(Portal, CallsTheApiAgainAfterItHasClosedTheConnection) {
  PortalBench bench;
  bench.backend.answers("GET /v1/policy-pack", 200, {{"name", "p"}}, {{"Connection", "close"}});
  for (int turn = 0; turn < 3; ++turn) EXPECT_EQ(bench.main().ask(get("/portal/state"))->status, 200);
}

}  // namespace
}  // namespace inkan::test
