// Votes on a ceremony, made by the openssl command line.
#include "policy/dual_control/ceremony.h"

#include <gmock/gmock.h>

#include "tests/support/test_officer.h"

namespace inkan::policy {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

const test::TestOfficer& one() {
  static const test::TestOfficer k_officer("one");
  return k_officer;
}
const test::TestOfficer& two() {
  static const test::TestOfficer k_officer("two");
  return k_officer;
}
const test::TestOfficer& stranger() {
  static const test::TestOfficer k_officer("stranger");
  return k_officer;
}

constexpr Instant k_expires{seconds(1'800'000'000)};

CeremonyRequest request() {
  return {"01939f4e-0000-7000-8000-000000000001",
          std::string(64, 'a'),
          sha256(as_bytes("what the plan is made of")),
          2,
          2,
          k_expires,
          "log.example.test"};
}

GivenVote vote_of(const test::TestOfficer& who, const CeremonyRequest& on = request(), bool approve = true) {
  return {"a-vote.p7s", who.sign(on.ballot(who.key(), approve).document())};
}

OrDenial<std::vector<CountedVote>> judge(const std::vector<GivenVote>& votes,
                                         Instant now = k_expires - seconds(1)) {
  return judge_votes(request(), {{"one", one().key()}, {"two", two().key()}}, votes, now);
}

std::string rule_of(const OrDenial<std::vector<CountedVote>>& outcome) {
  const auto* denial = denied(outcome);
  return denial ? denial->rule : "";
}

TEST(CeremonyRequest, IsReadBackAsItWasWritten) {
  const auto document = request().document();
  EXPECT_EQ(document,
            "{\"expires\":\"2027-01-15T08:00:00Z\",\"id\":\"01939f4e-0000-7000-8000-000000000001\","
            "\"ledger_origin\":\"log.example.test\",\"nonce\":\"" +
                std::string(64, 'a') + "\",\"officers\":2,\"plan_sha256\":\"" + request().plan_sha256.hex() +
                "\",\"v\":1,\"votes\":2}");
  const auto back = CeremonyRequest::parse(document);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->document(), document);
  for (const std::string other : {"", "{}", "[]", "null"})
    EXPECT_FALSE(CeremonyRequest::parse(other)) << other;
  EXPECT_FALSE(CeremonyRequest::parse(document + "\n"));
  EXPECT_FALSE(CeremonyRequest::parse(document.substr(0, document.size() - 1) + ",\"x\":1}"));
}

TEST(CeremonyVotes, OfEnoughOfficersAreTaken) {
  const auto votes = judge({vote_of(two()), vote_of(one())});
  ASSERT_EQ(rule_of(votes), "");
  const auto& counted = std::get<std::vector<CountedVote>>(votes);
  ASSERT_EQ(counted.size(), 2u);
  EXPECT_EQ(counted[0].officer.id, "two");
  EXPECT_EQ(counted[0].document, request().ballot(two().key(), true).document());
  EXPECT_EQ(counted[1].officer.id, "one");
}

TEST(CeremonyVotes, ThatAreTooFewOrTwiceOfOneAreRefused) {
  EXPECT_EQ(rule_of(judge({})), "ceremony.votes");
  EXPECT_EQ(rule_of(judge({vote_of(one())})), "ceremony.votes");
  EXPECT_EQ(rule_of(judge({vote_of(one()), vote_of(one())})), "ceremony.twice");
  // One vote that was asked for as enough is not, whoever wrote the request.
  auto alone = request();
  alone.votes = 1;
  EXPECT_EQ(rule_of(judge_votes(alone, {{"one", one().key()}}, {vote_of(one(), alone)}, Instant())),
            "ceremony.votes");
}

TEST(CeremonyVotes, OfStrangersAreRefused) {
  const auto votes = judge({vote_of(one()), vote_of(stranger())});
  EXPECT_EQ(rule_of(votes), "ceremony.vote");
  EXPECT_THAT(denied(votes)->detail, HasSubstr(stranger().key().hex()));
  // Under another's name: his document, a stranger's key.
  const GivenVote forged{"forged", stranger().sign(request().ballot(two().key(), true).document())};
  EXPECT_EQ(rule_of(judge({vote_of(one()), forged})), "ceremony.vote");
  // The document of one officer, signed by the other.
  const GivenVote crossed{"crossed", two().sign(request().ballot(one().key(), true).document())};
  EXPECT_EQ(rule_of(judge({vote_of(one()), crossed})), "ceremony.vote");
}

TEST(CeremonyVotes, OnAnythingElseAreRefused) {
  const auto refused_when = [](auto change) {
    auto other = request();
    change(other);
    return rule_of(judge({vote_of(one()), vote_of(two(), other)}));
  };
  EXPECT_EQ(refused_when([](auto& r) { r.id.back() = '2'; }), "ceremony.vote");
  EXPECT_EQ(refused_when([](auto& r) { r.nonce.back() = 'b'; }), "ceremony.vote");
  EXPECT_EQ(refused_when([](auto& r) { r.plan_sha256 = sha256(as_bytes("another plan")); }), "ceremony.vote");
  EXPECT_EQ(refused_when([](auto& r) { r.expires += seconds(1); }), "ceremony.vote");
  EXPECT_EQ(refused_when([](auto& r) { r.ledger_origin = "log.example.org"; }), "ceremony.vote");
  EXPECT_EQ(rule_of(judge({vote_of(one()), {"junk", to_bytes(as_bytes("no CMS"))}})), "ceremony.vote");
  EXPECT_EQ(rule_of(judge({vote_of(one()), {"empty", {}}})), "ceremony.vote");
}

TEST(CeremonyVotes, ToRefuseStopIt) {
  const auto votes = judge({vote_of(one()), vote_of(two(), request(), false)});
  EXPECT_EQ(rule_of(votes), "ceremony.refused");
  EXPECT_THAT(denied(votes)->detail, HasSubstr("two refuses"));
}

TEST(CeremonyVotes, CountUntilAndNotAtTheirExpiry) {
  EXPECT_EQ(rule_of(judge({vote_of(one()), vote_of(two())}, k_expires)), "ceremony.expired");
}

}  // namespace
}  // namespace inkan::policy
