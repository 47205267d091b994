// /v1/identities and the versions of /v1/profiles over real TLS; the whole is in tests/e2e/roles.
#include <gmock/gmock.h>

#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using nlohmann::json;

const EdgePki& pki() {
  return EdgePki::one();
}

TEST(IdentityRoutes, TellWhoThereIsAndWas) {
  Edge edge;
  const auto items = json::parse(edge.as(pki().auditor).ask(get("/v1/identities"))->body)["items"];
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0]["id"], "web-1");
  EXPECT_EQ(items[0]["role"], "web-tier");
  EXPECT_EQ(items[0]["since"], "1970-01-01T00:00:00Z");
  EXPECT_EQ(items[0]["by"], "ceremony");
  EXPECT_EQ(items[0]["ended"], nullptr);
  EXPECT_EQ(items[0]["keys"][0]["certificate"]["status"], "valid");
  EXPECT_EQ(items[0]["keys"][0]["certificate"]["not_after"], "2027-01-15T08:00:00Z");
  EXPECT_EQ(items[1]["ended_by"], "approval");
  EXPECT_EQ(items[1]["by"], nullptr);
  EXPECT_EQ(items[1]["keys"][0]["certificate"], nullptr);
}

TEST(IdentityRoutes, ReviewThemWithWhatTheLedgerTells) {
  Edge edge;
  const auto review = json::parse(edge.as(pki().officer).ask(get("/v1/identities/review"))->body);
  EXPECT_EQ(review["leaves"], 9);
  const auto& items = review["items"];
  EXPECT_EQ(items[0]["ledger"], (json{{"granted", {3}}, {"revoked", json::array()}}));
  EXPECT_EQ(items[0]["last_act"],
            (json{{"index", 7}, {"at", "2027-01-15T08:00:00.000000Z"}, {"type", "cert.revoke"}}));
  EXPECT_EQ(items[0]["findings"], json::array());
  EXPECT_EQ(items[1]["last_act"], nullptr);
  EXPECT_EQ(items[1]["findings"], json::parse(R"([{"rule":"not-in-ledger","detail":"no leaf"}])"));
  EXPECT_EQ(edge.as(pki().web).ask(get("/v1/identities/review"))->status, 403);
  expect_problem(edge.as(pki().officer).ask(get("/v1/identities?x=1")), 400, "invalid-request");
}

TEST(ProfileRoutes, TellEveryVersionAndWhatDiffers) {
  Edge edge;
  auto auditor = edge.as(pki().auditor);
  const auto all = json::parse(auditor.ask(get("/v1/profiles"))->body);
  EXPECT_EQ(all["offered"][0]["name"], "operator");
  EXPECT_EQ(all["offered"][0]["source"], "built in");
  const auto now = json::parse(auditor.ask(get("/v1/profiles/client-auth"))->body);
  EXPECT_EQ(now["version"], 2);
  EXPECT_EQ(now["by"], "approval");
  EXPECT_EQ(now["versions"].size(), 2u);
  EXPECT_EQ(now["versions"][0]["in_force"], false);
  EXPECT_FALSE(now["versions"][0].contains("document"));
  EXPECT_FALSE(now.contains("diff"));
  const auto old = json::parse(auditor.ask(get("/v1/profiles/client-auth?version=1&against=2"))->body);
  EXPECT_EQ(old["version"], 1);
  EXPECT_EQ(old["document"], "[profile]\n");
  EXPECT_EQ(old["diff"], "  [profile]\n- new = 1\n");
  expect_problem(auditor.ask(get("/v1/profiles/client-auth?version=3")), 404, "not-found");
  expect_problem(auditor.ask(get("/v1/profiles/client-auth?against=3")), 404, "not-found");
  expect_problem(auditor.ask(get("/v1/profiles/client-auth?version=0")), 400, "invalid-request");
  expect_problem(auditor.ask(get("/v1/profiles/none")), 404, "not-found");
}

TEST(ApprovalRoutes, TakeParametersOfTheirOwnLength) {
  Edge edge;
  auto officer = edge.as(pki().officer);
  const auto order = [](const std::string& csr, const std::string& identity = "ann") {
    return post("/v1/approvals",
                R"({"op":"role.grant","reason":"x","parameters":{"role":"auditor","identity":")" + identity +
                    R"(","csr":")" + csr + "\"}}");
  };
  EXPECT_EQ(officer.ask(order(std::string(12 * 1024, 'A')))->status, 201);
  expect_problem(officer.ask(order(std::string(12 * 1024 + 1, 'A'))), 400, "invalid-request");
  expect_problem(officer.ask(order("AA==", std::string(501, 'a'))), 400, "invalid-request");
  expect_problem(officer.ask(order("AA\\nAA")), 400, "invalid-request");
  const auto change = [](const std::string& document) {
    return post("/v1/approvals",
                R"({"op":"profile.change","reason":"x","parameters":{"profile":"p","document":")" + document +
                    "\"}}");
  };
  EXPECT_EQ(officer.ask(change("a = 1\\n\\tb = 2\\n"))->status, 201);
  expect_problem(officer.ask(change("a\\r\\n")), 400, "invalid-request");
}

}  // namespace
}  // namespace inkan::test
