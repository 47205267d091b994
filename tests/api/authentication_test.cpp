// Who may call at all, and what: over real TLS, with a fake authority that knows the identities.
#include <gmock/gmock.h>

#include <thread>

#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using nlohmann::json;

const EdgePki& pki() {
  return EdgePki::one();
}

TEST(Authentication, AsksForACertificateByAProblem) {
  Edge edge;
  const auto response = edge.anonymous().ask(get("/v1/profiles"));
  expect_problem(response, 401, "client-certificate-required");
  EXPECT_FALSE(response->field("www-authenticate").empty());
  ASSERT_EQ(edge.authority.refusals().size(), 1u);
  EXPECT_EQ(edge.authority.refusals()[0].address, "127.0.0.1");
}

TEST(Authentication, RefusesAnUnknownIdentityOfOurOwn) {
  Edge edge;
  const auto response = edge.as(pki().unknown).ask(get("/v1/profiles"));
  expect_problem(response, 403, "unknown-identity");
  EXPECT_NE(response->body.find(pki().unknown.spki_hash().hex()), std::string::npos);
}

TEST(Authentication, TellsAnExpiredCertificateSo) {
  Edge edge;
  const auto response = edge.as(pki().expired).ask(get("/v1/profiles"));
  expect_problem(response, 401, "client-certificate-not-valid");
  EXPECT_NE(response->body.find("expired at"), std::string::npos);
}

TEST(Authentication, EndsTheHandshakeWithAForeignCertificate) {
  Edge edge;
  bool refused = false;
  try {
    // With TLS 1.3 the client learns of it only with its first read.
    auto client = edge.as(pki().foreign);
    refused = !client.ask(get("/v1/profiles"));
  } catch (const std::runtime_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
  // The server counts it and then reports it, on its own thread.
  for (int i = 0; i < 1000 && edge.authority.refusals().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_EQ(edge.authority.refusals().size(), 1u);
  EXPECT_EQ(edge.server->api_counters().failed_handshakes, 1u);
}

TEST(Authentication, IsJudgedAgainAtEachRequestOfAConnection) {
  Edge edge;
  auto client = edge.as(pki().web);
  EXPECT_EQ(client.ask(get("/v1/profiles"))->status, 200);
  edge.authority.remove(pki().web.spki_hash());
  expect_problem(client.ask(get("/v1/profiles")), 403, "unknown-identity");
  edge.authority.add(pki().web.spki_hash(), "web-1", policy::Role::web_tier);
  edge.shift_seconds = 7200;  // past its notAfter
  expect_problem(client.ask(get("/v1/profiles")), 401, "client-certificate-not-valid");
}

TEST(Authorization, RefusesByRoleAndRecordsIt) {
  Edge edge;
  const auto response = edge.as(pki().auditor).ask(post("/v1/certificates", issue_body()));
  expect_problem(response, 403, "role-not-allowed");
  EXPECT_EQ(edge.authority.forbidden(), std::vector<std::string>{"auditor-1 issueCertificate"});
}

TEST(Authorization, ShowsTheWebTierItsOwnRequestsOnly) {
  Edge edge;
  auto web = edge.as(pki().web), staff = edge.as(pki().staff);
  const auto own = get(std::string("/v1/certificates/") + FakeAuthority::k_own_serial);
  const auto other = get(std::string("/v1/certificates/") + FakeAuthority::k_other_serial);
  EXPECT_EQ(web.ask(own)->status, 200);
  expect_problem(web.ask(other), 404, "not-found");
  EXPECT_EQ(staff.ask(other)->status, 200);
  const auto revoke = post(std::string("/v1/certificates/") + FakeAuthority::k_other_serial + "/revoke",
                           R"({"reason":"superseded"})");
  expect_problem(web.ask(revoke), 404, "not-found");
  EXPECT_EQ(staff.ask(revoke)->status, 200);
  EXPECT_EQ(web.ask(get("/v1/certificates"))->status, 200);
  EXPECT_EQ(edge.authority.last_filter()->requester, "web-1");
  expect_problem(web.ask(get("/v1/certificates?requester=web-2")), 403, "role-not-allowed");
  EXPECT_EQ(staff.ask(get("/v1/certificates?requester=web-2"))->status, 200);
  EXPECT_EQ(edge.authority.last_filter()->requester, "web-2");
}

}  // namespace
}  // namespace inkan::test
