// /v1/evidence over real TLS; the packs themselves are judged in tests/daemon/evidence.
#include <gmock/gmock.h>

#include "tests/support/edge.h"
#include "tests/support/outside.h"

namespace inkan::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const EdgePki& pki() {
  return EdgePki::one();
}

std::string period(const std::string& more = "") {
  return R"({"from":"2026-11-01T00:00:00+09:00","to":"2026-12-01T00:00:00+09:00")" + more + "}";
}

TEST(Evidence, IsOrderedByAuditorsAndOfficersAlone) {
  Edge edge;
  for (const auto* identity : {&pki().auditor, &pki().officer}) {
    const auto response = edge.as(*identity).ask(post("/v1/evidence", period()));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 202) << response->body;
    EXPECT_EQ(response->field("location"), "/v1/evidence/6");
    EXPECT_EQ(response->field("retry-after"), "1");
    const auto body = json::parse(response->body);
    EXPECT_EQ(body["status"], "preparing");
    EXPECT_EQ(body["from"], "2026-10-31T15:00:00Z");
    EXPECT_EQ(body["to"], "2026-11-30T15:00:00Z");
    EXPECT_FALSE(body.contains("archive"));
  }
  for (const auto* identity : {&pki().web, &pki().staff}) {
    expect_problem(edge.as(*identity).ask(post("/v1/evidence", period())), 403, "role-not-allowed");
    expect_problem(edge.as(*identity).ask(get("/v1/evidence/7/archive")), 403, "role-not-allowed");
  }
}

TEST(Evidence, ThatIsReadySaysWhereItIs) {
  Edge edge;
  const TemporaryFolder folder;
  std::string octets(700'000, 'x');
  octets.back() = 'y';
  edge.authority.pack_file = folder.write("pack.tar", octets);
  auto client = edge.as(pki().auditor);
  const auto ordered = client.ask(post("/v1/evidence", period(R"(,"tree_size":7)")));
  ASSERT_EQ(ordered->status, 200) << ordered->body;
  const auto body = json::parse(ordered->body);
  EXPECT_EQ(body["sha256"], "00ff");
  EXPECT_EQ(body["archive"], "/v1/evidence/7/archive");
  EXPECT_EQ(client.ask(get("/v1/evidence/7"))->status, 200);
  const auto archive = client.ask(get("/v1/evidence/7/archive"));
  EXPECT_EQ(archive->status, 200);
  EXPECT_EQ(archive->field("content-type"), "application/x-tar");
  EXPECT_EQ(archive->field("content-disposition"), "attachment; filename=\"7.tar\"");
  EXPECT_EQ(archive->body, octets);
  const auto note = client.ask(get("/v1/evidence/7/signature"));
  EXPECT_EQ(note->body, "a note\n");
}

TEST(Evidence, ThatIsNotReadyIsNotThere) {
  Edge edge;
  auto client = edge.as(pki().auditor);
  expect_problem(client.ask(get("/v1/evidence/none")), 404, "not-found");
  expect_problem(client.ask(get("/v1/evidence/6/archive")), 404, "not-found");
  expect_problem(client.ask(get("/v1/evidence/6/signature")), 404, "not-found");
  const auto failed = client.ask(get("/v1/evidence/8"));
  EXPECT_EQ(json::parse(failed->body)["why"], "the token is out");
}

TEST(Evidence, NamesWhatIsWrongWithAnOrder) {
  Edge edge;
  auto client = edge.as(pki().auditor);
  for (const std::string& body :
       {std::string("{}"), period(R"(,"tree_size":0)"), period(R"(,"tree_size":-1)"),
        period(R"(,"tree_size":"7")"), period(R"(,"size":7)"),
        std::string(R"({"from":"2026-11-01T00:00:00Z","to":"2026-11-01T00:00:00Z"})"),
        std::string(R"({"from":"2026-11-01T00:00:00.5Z","to":"2026-12-01T00:00:00Z"})"),
        std::string(R"({"from":"2026-11-01","to":"2026-12-01T00:00:00Z"})")}) {
    SCOPED_TRACE(body);
    expect_problem(client.ask(post("/v1/evidence", body)), 400, "invalid-request");
  }
  const auto no_checkpoint = client.ask(post("/v1/evidence", period(R"(,"tree_size":9)")));
  EXPECT_EQ(no_checkpoint->status, 400);
  EXPECT_THAT(no_checkpoint->body, HasSubstr("no checkpoint has 9 leaves"));
}

}  // namespace
}  // namespace inkan::test
