// /v1/approvals and /v1/issuing over real TLS; the rules are judged in tests/policy/dual_control, the whole
// in tests/e2e/approvals.
#include <gmock/gmock.h>

#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using nlohmann::json;

const EdgePki& pki() {
  return EdgePki::one();
}

TEST(ApprovalRoutes, TakeWhatOfficersAskForAndVote) {
  Edge edge;
  auto officer = edge.as(pki().officer);
  const auto asked = officer.ask(post("/v1/approvals", R"({"op":"issuing.start","reason":"all is well"})"));
  ASSERT_EQ(asked->status, 201) << asked->body;
  EXPECT_EQ(asked->field("location"), "/v1/approvals/1");
  EXPECT_EQ(json::parse(asked->body)["reason"], "all is well");
  const auto voted = officer.ask(
      post("/v1/approvals/1/votes", R"({"vote":"refuse","signature":"AAEC","comment":"not yet"})"));
  ASSERT_EQ(voted->status, 200) << voted->body;
  const auto vote = json::parse(voted->body)["votes"][0];
  EXPECT_EQ(vote["officer"], "officer-1");
  EXPECT_EQ(vote["vote"], "refuse");
  EXPECT_EQ(vote["signature"], "AAEC");
  EXPECT_EQ(vote["comment"], "not yet");
  expect_problem(officer.ask(post("/v1/approvals", R"({"op":"issuing.start","reason":"denied"})")), 403,
                 "denied");
  expect_problem(officer.ask(post("/v1/approvals/1/votes",
                                  R"({"vote":"approve","signature":"AAEC","comment":"denied"})")),
                 403, "denied");
  expect_problem(officer.ask(post("/v1/approvals/none/votes", R"({"vote":"approve","signature":"AAEC"})")),
                 404, "not-found");
}

TEST(ApprovalRoutes, ShowDocumentsToSignToOfficersAlone) {
  Edge edge;
  EXPECT_EQ(json::parse(edge.as(pki().officer).ask(get("/v1/approvals/1"))->body)["to_sign"]["approve"],
            "yes");
  auto auditor = edge.as(pki().auditor);
  EXPECT_FALSE(json::parse(auditor.ask(get("/v1/approvals/1"))->body).contains("to_sign"));
  EXPECT_EQ(json::parse(auditor.ask(get("/v1/approvals?state=void"))->body)["items"][0]["state"], "void");
  expect_problem(auditor.ask(get("/v1/approvals?state=gone")), 400, "invalid-request");
  expect_problem(auditor.ask(get("/v1/approvals/none")), 404, "not-found");
}

// Each parameter has a limit of its own; what is within it is the daemon's to judge.
TEST(ApprovalRoutes, TakeCertificatesWithinTheirLimits) {
  Edge edge;
  auto officer = edge.as(pki().officer);
  const auto import = [&](std::size_t certificate, std::size_t chain, std::size_t authority) {
    const json body{{"op", "ca.import"},
                    {"reason", "x"},
                    {"parameters",
                     {{"authority", std::string(authority, 'a')},
                      {"certificate", std::string(certificate, 'A')},
                      {"chain", std::string(chain, 'A')}}}};
    return officer.ask(post("/v1/approvals", body.dump()));
  };
  EXPECT_EQ(import(8192, 32768, 500)->status, 201);
  expect_problem(import(8193, 4, 5), 400, "invalid-request");
  expect_problem(import(4, 32769, 5), 400, "invalid-request");
  expect_problem(import(4, 4, 501), 400, "invalid-request");
}

TEST(ApprovalRoutes, NameWhatIsWrong) {
  Edge edge;
  auto officer = edge.as(pki().officer);
  for (const char* body :
       {"{}", R"({"op":"issuing.start"})", R"({"op":"key.destroy","reason":"x"})",
        R"({"op":"issuing.start","reason":""})", R"({"op":"issuing.start","reason":"a\nb"})",
        R"({"op":"issuing.start","reason":"x","votes":1})"}) {
    SCOPED_TRACE(body);
    expect_problem(officer.ask(post("/v1/approvals", body)), 400, "invalid-request");
  }
  for (const char* body :
       {"{}", R"({"vote":"maybe","signature":"AAEC"})", R"({"vote":"approve","signature":"A"})",
        R"({"vote":"approve","signature":"AAEC","comment":"\u0007"})"}) {
    SCOPED_TRACE(body);
    expect_problem(officer.ask(post("/v1/approvals/1/votes", body)), 400, "invalid-request");
  }
}

TEST(Issuing, IsStoppedByOneOfficer) {
  Edge edge;
  auto officer = edge.as(pki().officer);
  EXPECT_EQ(json::parse(officer.ask(get("/v1/issuing"))->body), json({{"state", "running"}}));
  expect_problem(officer.ask(post("/v1/issuing/stop", "{}")), 400, "invalid-request");
  const auto stopped = json::parse(officer.ask(post("/v1/issuing/stop", R"({"reason":"a doubt"})"))->body);
  EXPECT_EQ(stopped["state"], "stopped");
  EXPECT_EQ(stopped["by"], "officer-1");
  EXPECT_EQ(json::parse(edge.as(pki().web).ask(get("/v1/issuing"))->body)["reason"], "a doubt");
  const auto refused = edge.as(pki().web).ask(post("/v1/certificates", issue_body("stopped")));
  expect_problem(refused, 503, "issuing-stopped");
  EXPECT_EQ(refused->field("retry-after"), "60");
}

}  // namespace
}  // namespace inkan::test
