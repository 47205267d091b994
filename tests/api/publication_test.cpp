// Revoking and releasing with Prefer: wait, as callers see it.
#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using nlohmann::json;

constexpr const char* k_waiting = "Content-Type: application/json\r\nPrefer: wait=2\r\n";

std::string own(const std::string& rest) {
  return std::string("/v1/certificates/") + FakeAuthority::k_own_serial + rest;
}
const auto& pki() {
  return EdgePki::one();
}
auto revoke(const Edge& edge, const char* fields = k_waiting) {
  return edge.as(pki().web).ask(post(own("/revoke"), R"({"reason":"superseded"})", fields));
}

TEST(Publications, AreInTheAnswerOfWhoPrefersToWait) {
  Edge edge;
  const auto revoked = revoke(edge);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->status, 200);
  EXPECT_EQ(revoked->field("preference-applied"), "wait");
  const auto body = json::parse(revoked->body);
  EXPECT_EQ(body.at("published"), json::parse(R"({"crl":{"authority":"issuing","number":7,
      "this_update":"2027-01-15T08:00:00Z"},"ocsp_from":"2027-01-15T08:00:00Z"})"));
  EXPECT_EQ(body.at("receipt"), "receipt of 9");
  EXPECT_FALSE(body.contains("unpublished"));
}

TEST(Publications, AreToldOfReleasesToo) {
  Edge edge;
  const auto released = edge.as(pki().web).ask(post(own("/release"), "{}", k_waiting));
  ASSERT_TRUE(released);
  EXPECT_EQ(released->field("preference-applied"), "wait");
  const auto body = json::parse(released->body);
  EXPECT_EQ(body.at("published").at("crl").at("number"), 7);
  EXPECT_EQ(body.at("receipt"), "receipt of 8");
  EXPECT_EQ(body.at("release").at("ledger").at("index"), 8);
}

// The certificate is revoked all the same.
TEST(Publications, ThatDoNotComeInTimeAreLeftOutAndTheAnswerSaysWhy) {
  Edge edge;
  edge.authority.published = false;
  const auto revoked = revoke(edge);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->status, 200);
  EXPECT_EQ(revoked->field("preference-applied"), "");
  const auto body = json::parse(revoked->body);
  EXPECT_FALSE(body.contains("published"));
  EXPECT_EQ(body.at("unpublished"), "the token is out");
  EXPECT_EQ(body.at("receipt"), "receipt of 9");
}

TEST(Publications, AreNotWaitedForUnasked) {
  Edge edge;
  const auto revoked = revoke(edge, "Content-Type: application/json\r\n");
  ASSERT_TRUE(revoked);
  const auto body = json::parse(revoked->body);
  for (const char* const member : {"published", "unpublished", "receipt"})
    EXPECT_FALSE(body.contains(member)) << member;
}

}  // namespace
}  // namespace inkan::test
