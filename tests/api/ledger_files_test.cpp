// Tiles, entry bundles and receipts over the API, with a fake authority behind it.
#include <gmock/gmock.h>

#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using nlohmann::json;

const EdgePki& pki() {
  return EdgePki::one();
}

std::string own(const std::string& rest) {
  return std::string("/v1/certificates/") + FakeAuthority::k_own_serial + rest;
}

TEST(Tiles, AreForEveryoneAndForEver) {
  Edge edge;
  auto anyone = edge.plain();
  const auto tile = anyone.ask(get("/ledger/tile/0/000.p/3"));
  ASSERT_TRUE(tile);
  EXPECT_EQ(tile->status, 200);
  EXPECT_EQ(tile->body, "hashes");
  EXPECT_EQ(tile->field("content-type"), "application/octet-stream");
  EXPECT_EQ(tile->field("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(edge.anonymous().ask(get("/ledger/tile/0/000.p/3"))->body, "hashes");
  EXPECT_EQ(
      anyone.ask(get("/ledger/tile/0/000.p/3", "If-None-Match: " + tile->field("etag") + "\r\n"))->status,
      304);
  for (const char* none :
       {"/ledger/tile/0/001", "/ledger/tile/0/000.p/4", "/ledger/tile/0/0", "/ledger/tile/0",
        "/ledger/tile/0/000.p/3/", "/ledger/tile/", "/ledger/tile/0/%2e%2e/000"})
    EXPECT_GE(anyone.ask(get(none))->status, 400) << none;
}

TEST(EntryBundles, AreTheAuditorsAlone) {
  Edge edge;
  const auto target = get("/ledger/tile/entries/000.p/3");
  EXPECT_EQ(edge.as(pki().auditor).ask(target)->body, "entries");
  expect_problem(edge.as(pki().web).ask(target), 403, "role-not-allowed");
  expect_problem(edge.anonymous().ask(target), 401, "client-certificate-required");
  expect_problem(edge.plain().ask(target), 404, "not-found");
  expect_problem(edge.as(pki().auditor).ask(get("/ledger/tile/entries/0")), 404, "not-found");
}

TEST(Receipts, AreOfIssuanceOrRevocation) {
  Edge edge;
  auto web = edge.as(pki().web);
  const auto receipt = web.ask(get(own("/receipt")));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->status, 200);
  EXPECT_EQ(receipt->body, "receipt of 6");
  EXPECT_TRUE(receipt->field("content-type").starts_with("text/plain"));
  expect_problem(web.ask(get(own("/receipt?of=revocation"))), 404, "not-found");
  expect_problem(web.ask(get(own("/receipt?of=birth"))), 400, "invalid-request");
  expect_problem(web.ask(get(own("/receipt?from=1"))), 400, "invalid-request");
  expect_problem(web.ask(get("/v1/certificates/xyz/receipt")), 400, "invalid-request");
  const auto others = get(std::string("/v1/certificates/") + FakeAuthority::k_other_serial + "/receipt");
  expect_problem(web.ask(others), 404, "not-found");
  EXPECT_EQ(edge.as(pki().auditor).ask(others)->status, 200);
}

TEST(Receipts, ThatAreNotThereYetSayWhenToAskAgain) {
  Edge edge;
  edge.authority.covered = false;
  const auto none = edge.as(pki().web).ask(get(own("/receipt")));
  expect_problem(none, 503, "unavailable");
  EXPECT_EQ(none->field("retry-after"), "1");
}

TEST(Receipts, AreInTheAnswerOfWhoPrefersToWait) {
  Edge edge;
  auto web = edge.as(pki().web);
  const std::string prefer = "Content-Type: application/json\r\nPrefer: respond-async, wait=5\r\n";
  const auto issued = web.ask(post("/v1/certificates", issue_body(), prefer));
  ASSERT_TRUE(issued);
  EXPECT_EQ(json::parse(issued->body).at("receipt"), "receipt of 6");
  EXPECT_EQ(issued->field("preference-applied"), "wait");
  EXPECT_EQ(issued->status, 201);
  const auto revoked = web.ask(post(own("/revoke"), R"({"reason":"superseded"})", prefer));
  ASSERT_TRUE(revoked);
  EXPECT_EQ(json::parse(revoked->body).at("receipt"), "receipt of 9");
  EXPECT_EQ(revoked->field("preference-applied"), "wait");
}

// The certificate exists: what does not come in time is left out, and the answer is given.
TEST(Receipts, ThatDoNotComeInTimeAreLeftOut) {
  Edge edge;
  edge.authority.covered = false;
  for (const char* prefer : {"", "Prefer: wait=1\r\n", "Prefer: wait=x\r\n", "Prefer: wait\r\n"}) {
    const auto issued = edge.as(pki().web).ask(
        post("/v1/certificates", issue_body(), std::string("Content-Type: application/json\r\n") + prefer));
    ASSERT_TRUE(issued);
    EXPECT_EQ(issued->status, 201);
    EXPECT_FALSE(json::parse(issued->body).contains("receipt"));
    EXPECT_EQ(issued->field("preference-applied"), "");
  }
}

}  // namespace
}  // namespace inkan::test
