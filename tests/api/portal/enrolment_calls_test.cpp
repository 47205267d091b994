// An enrolment as the portal carries it: its cookie, from the right password to 閉じる, and the proof by TLS.
#include <gmock/gmock.h>

#include "tests/support/portal_bench.h"

namespace inkan::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

TEST(EnrolmentCalls, KeepsAnEnrolmentUntilItMustBeConfirmed) {
  PortalBench bench;
  auto opened = enrolment_record("authenticated");
  opened["ticket"] = "S1";
  bench.backend.answers("POST /v1/enrolments", 201, opened);
  const auto open =
      bench.main().ask(post("/portal/enrolment", R"({"user_id":"taro001","password":"himitsu1"})",
                            page_fields("__Host-inkan-session=T1")));
  EXPECT_EQ(open->status, 200);
  EXPECT_THAT(open->body, Not(HasSubstr("S1")));
  EXPECT_THAT(open->field("set-cookie"),
              HasSubstr("__Host-inkan-enrolment=e1.S1." + drawn(1) +
                        "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=600"));
  EXPECT_EQ(bench.backend.last("POST /v1/enrolments")->fields.at("inkan-browser"), browser_hash(drawn(1)));
  EXPECT_THAT(open->field("set-cookie"), HasSubstr("__Host-inkan-session=; "));
  bench.backend.answers("POST /v1/enrolments/e1/certificate", 202, enrolment_record("issuing"),
                        {{"Retry-After", "1"}});
  const auto cookies = "__Host-inkan-enrolment=e1.S1." + drawn(1);
  auto client = bench.main();
  const auto issuing =
      client.ask(post("/portal/enrolment/certificate", R"({"csr":"x"})", page_fields(cookies)));
  EXPECT_EQ(issuing->status, 202);
  EXPECT_EQ(issuing->field("retry-after"), "1");
  bench.backend.answers("POST /v1/enrolments/e1/certificate", 201,
                        enrolment_record("issued_unconfirmed", &pki().staff));
  const auto issued =
      client.ask(post("/portal/enrolment/certificate", R"({"csr":"x"})", page_fields(cookies)));
  EXPECT_EQ(issued->status, 200);
  EXPECT_THAT(issued->field("set-cookie"),
              HasSubstr("e1.S1." + drawn(1) + "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600"));
}

TEST(EnrolmentCalls, ForgetsAnEnrolmentThatIsDoneWhenItIsClosed) {
  PortalBench bench;
  const auto close = [&](const char* state) {
    bench.backend.answers("GET /v1/enrolments/e1", 200, enrolment_record(state));
    return bench.main().ask(
        post("/portal/enrolment/close", "{}", page_fields("__Host-inkan-enrolment=e1.S1.n1")));
  };
  for (const char* state : {"confirmed", "declined", "revoked"}) {
    const auto closed = close(state);
    EXPECT_EQ(closed->status, 200);
    EXPECT_EQ(json::parse(closed->body), json({{"enrolment", nullptr}}));
    EXPECT_THAT(closed->field("set-cookie"), HasSubstr("__Host-inkan-enrolment=; ")) << state;
  }
  for (const char* state : {"authenticated", "issuing", "issued_unconfirmed"})
    EXPECT_EQ(close(state)->field("set-cookie"), "") << state;
  EXPECT_EQ(bench.main().ask(post("/portal/enrolment/close", "{}", page_fields()))->status, 200);
}

TEST(EnrolmentCalls, KeepsAnEnrolmentThatWasDeclined) {
  PortalBench bench;
  const auto fields = page_fields("__Host-inkan-enrolment=e1.S1.n1");
  bench.backend.answers("POST /v1/enrolments/e1/decline", 200, enrolment_record("declined"));
  EXPECT_EQ(bench.main().ask(post("/portal/enrolment/decline", "{}", fields))->field("set-cookie"), "");
  bench.backend.answers("GET /v1/policy-pack", 200, {{"name", "p"}});
  bench.backend.answers("GET /v1/enrolments/e1", 200, enrolment_record("declined"));
  EXPECT_EQ(bench.main()
                .ask(get("/portal/state", "Cookie: __Host-inkan-enrolment=e1.S1.n1\r\n"))
                ->field("set-cookie"),
            "");
}

TEST(EnrolmentCalls, ConfirmsByTlsWhatIsOctetForOctetTheEnrolments) {
  PortalBench bench;
  bench.backend.answers("GET /v1/enrolments/e1", 200, enrolment_record("issued_unconfirmed", &pki().staff));
  bench.backend.answers("POST /v1/enrolments/e1/confirm", 200, enrolment_record("confirmed", &pki().staff));
  const std::string cookie = "Cookie: __Host-inkan-browser=b1; __Host-inkan-enrolment=e1.S1.n1\r\n";
  const auto installed = [&](const TestCertificate* shows, const std::string& fields) {
    const auto answer = bench.proof(shows).ask(get("/installed", fields));
    EXPECT_EQ(answer->status, 303);
    EXPECT_EQ(answer->field("connection"), "close") << "the next try is another handshake";
    return answer->field("location").substr(std::string(PortalBench::k_origin).size());
  };
  EXPECT_EQ(installed(nullptr, cookie), "/enrol?installed=no");
  EXPECT_EQ(installed(&pki().staff, ""), "/enrol?installed=no");
  EXPECT_EQ(installed(&pki().staff, cookie + "Sec-Fetch-Site: cross-site\r\n"), "/enrol?installed=no");
  EXPECT_EQ(installed(&pki().officer, cookie), "/enrol?installed=other");
  EXPECT_FALSE(bench.backend.last("POST /v1/enrolments/e1/confirm"));
  EXPECT_EQ(installed(&pki().staff, cookie + "Sec-Fetch-Site: same-site\r\n"), "/enrol?installed=yes");
  EXPECT_EQ(bench.backend.last("POST /v1/enrolments/e1/confirm")->body, json({{"asserted", "tls"}}));
  EXPECT_EQ(bench.backend.last("POST /v1/enrolments/e1/confirm")->fields.at("inkan-browser"),
            browser_hash("n1"));
  for (const char* path : {"/", "/portal/state", "/assets/app-1a2b.js", "/enrol"})
    EXPECT_EQ(bench.proof().ask(get(path))->status, 404) << path;
}

}  // namespace
}  // namespace inkan::test
