// Revoking many certificates, as callers see it.
#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using nlohmann::json;

constexpr const char* k_json = "Content-Type: application/json\r\n";

json order(int count) {
  json body{{"serials", json::array()}, {"reason", "superseded"}};
  for (int i = 1; i <= count; ++i) {
    char hex[17];
    std::snprintf(hex, sizeof hex, "%016x", i);
    body["serials"].push_back(hex);
  }
  return body;
}
auto send(const Edge& edge, const json& body, const char* fields = k_json) {
  return edge.as(EdgePki::one().staff).ask(post("/v1/revocations", body.dump(), fields));
}

TEST(Revocations, SayWhatBecameOfEach) {
  Edge edge;
  const auto done = send(edge, order(2), "Content-Type: application/json\r\nIdempotency-Key: k\r\n");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->status, 200) << done->body;
  const auto body = json::parse(done->body);
  EXPECT_EQ(body.at("count"), 2);
  EXPECT_EQ(body.at("needs_approval"), false);
  EXPECT_EQ(body.at("totals"), json::parse(R"({"revoked":1,"not-allowed":1})"));
  EXPECT_EQ(body.at("items"), json::parse(R"([{"serial":"01","outcome":"revoked"},
      {"serial":"02","outcome":"not-allowed","rule":"revoke.ca","detail":"a CA's"}])"));
  // As `printf '01\n02\n' | sha256sum` has it.
  EXPECT_EQ(body.at("sha256"), "8d737940e56423b9e11a7d33dc42ae9fab26296dba2a81aba6b5495f6c68e4e8");
  EXPECT_EQ(edge.authority.last_idempotency()->key, "k");
}

TEST(Revocations, OfALongListAreAcceptedForOfficersToVoteOn) {
  Edge edge;
  auto body = order(3);
  body["comment"] = "a batch of cards was lost";
  const auto asked = send(edge, body);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->status, 202) << asked->body;
  EXPECT_EQ(asked->field("location"), "/v1/revocations/an-approval");
  const auto approval = json::parse(asked->body).at("approval");
  EXPECT_EQ(approval.at("id"), "an-approval");
  EXPECT_EQ(approval.at("state"), "open");
  EXPECT_EQ(approval.at("reason"), "a batch of cards was lost");
  const auto seen = edge.as(EdgePki::one().officer).ask(get("/v1/revocations/an-approval"));
  ASSERT_TRUE(seen);
  EXPECT_EQ(json::parse(seen->body).at("approval").at("work"), "done");
  expect_problem(edge.as(EdgePki::one().officer).ask(get("/v1/revocations/none")), 404, "not-found");
}

TEST(Revocations, ArePreviewed) {
  Edge edge;
  auto body = order(3);
  body["preview"] = true;
  const auto looked = send(edge, body);
  ASSERT_TRUE(looked);
  EXPECT_EQ(looked->status, 200);
  EXPECT_EQ(json::parse(looked->body).at("needs_approval"), true);
  EXPECT_FALSE(json::parse(looked->body).contains("approval"));
  EXPECT_FALSE(edge.authority.last_idempotency());
}

TEST(Revocations, ThatAreRepeatedSaySo) {
  Edge edge;
  auto body = order(1);
  body["comment"] = "again";
  EXPECT_EQ(send(edge, body)->field("idempotency-replayed"), "true");
  body["comment"] = "reused";
  expect_problem(send(edge, body), 422, "idempotency-key-reused");
  body["comment"] = "denied";
  const auto denied = send(edge, body);
  ASSERT_TRUE(denied);
  EXPECT_EQ(denied->status, 403);
  EXPECT_EQ(json::parse(denied->body).at("rule"), "revoke.reason");
}

TEST(Revocations, MayBeTenThousand) {
  Edge edge;
  const auto many = send(edge, order(10'000));
  ASSERT_TRUE(many);
  EXPECT_EQ(many->status, 202) << many->body.substr(0, 300);
  EXPECT_EQ(json::parse(many->body).at("items").size(), 10'000u);
  expect_problem(send(edge, order(10'001)), 400, "invalid-request");
}

TEST(Revocations, AreReadStrictly) {
  Edge edge;
  for (const char* const serials : {"[]", "\"01\"", "[1]", "[\"xyz\"]", "[[\"01\"]]", "[\"-01\"]", "null"}) {
    SCOPED_TRACE(serials);
    auto body = order(1);
    body["serials"] = json::parse(serials);
    expect_problem(send(edge, body), 400, "invalid-request");
  }
  for (const auto& [member, value] : std::map<std::string, json>{
           {"preview", "yes"}, {"reason", "because"}, {"comment", "two\nlines"}, {"more", 1}}) {
    SCOPED_TRACE(member);
    auto body = order(1);
    body[member] = value;
    expect_problem(send(edge, body), 400, "invalid-request");
  }
  // A long list is no licence for a deep or wide body.
  json wide = order(1);
  for (int i = 0; i < 600; ++i) wide["m" + std::to_string(i)] = i;
  wide["serials"] = json::array();
  for (int i = 0; i < 1200; ++i) wide["serials"].push_back(json::array());
  expect_problem(send(edge, wide), 400, "malformed-request");
}

}  // namespace
}  // namespace inkan::test
