#include "policy/engine.h"

#include <set>

#include "policy/lint/lint.h"
#include "policy/rules/rule.h"
#include "tests/policy/rules/rule_case.h"

namespace inkan::policy {
namespace {

using test::examine;
using test::TestChain;

IssuanceRequest request_of(const std::string& profile,
                           std::vector<NameAttribute> subject = {{"CN", "user-0001"}},
                           std::vector<GeneralName> names = {}) {
  return IssuanceRequest::for_token_key(profile, TestChain::one().subject_key.public_key,
                                        test::name_of(subject), std::move(names));
}

TEST(Engine, ApprovesTheBytesThatItExamined) {
  const auto& issuer = TestChain::one().issuing.issuer;
  const auto serial = test::next_serial();
  const auto found =
      test::engine().examine(request_of("client-auth"), issuer, Role::web_tier, serial, test::k_test_day);
  const auto decision = test::engine().decide(request_of("client-auth"), issuer,
                                              test::someone(Role::web_tier), serial, test::k_test_day);
  ASSERT_EQ(denied(decision), nullptr);
  const auto& tbs = std::get<Approved<TbsCertificate>>(decision).tbs();
  EXPECT_TRUE(equal(tbs.to_be_signed(), found.tbs->to_be_signed()));
  EXPECT_EQ(tbs.serial(), serial);
  EXPECT_EQ(tbs.signing_key(), issuer.key);
  EXPECT_EQ(tbs.signature_algorithm(), issuer.signature_algorithm);
}

TEST(Engine, AsksEveryRuleAndEveryLint) {
  const auto found = examine({});
  std::vector<std::string> asked, all;
  for (const auto& verdict : found.verdicts) {
    EXPECT_TRUE(verdict.pass && verdict.detail.empty()) << verdict.rule << ": " << verdict.detail;
    asked.push_back(verdict.rule);
  }
  for (const auto& rule : issuance_rules()) all.emplace_back(rule.id);
  for (const auto* lints : {&rfc5280_lints(), &profile_lints()})
    for (const auto& lint : *lints) all.emplace_back(lint.id);
  EXPECT_EQ(asked, all);
}

TEST(Engine, KnowsNoOtherProfile) {
  test::RuleCase asked;
  asked.profile = "no-such-profile";
  const auto found = examine(asked);
  EXPECT_EQ(test::denial_of(found), "profile.unknown");
  EXPECT_FALSE(found.tbs);
}

// A dry run shows all that is wrong; the denial is the first.
TEST(Engine, GoesOnAfterADenialAndKeepsTheFirst) {
  test::RuleCase asked;
  asked.role = Role::auditor;
  asked.subject = {{"O", "Example Bank"}};
  asked.names = {{GeneralNameKind::dns, "a.example.test"}};
  const auto found = examine(asked);
  EXPECT_EQ(test::refusing_rules(found),
            (std::vector<std::string>{"role.profile", "name.required", "san.kind"}));
  EXPECT_EQ(test::denial_of(found), "role.profile");
  EXPECT_TRUE(found.tbs);
  const auto decision = test::engine().decide(request_of("client-auth", {{"O", "Example Bank"}}),
                                              TestChain::one().issuing.issuer, test::someone(Role::auditor),
                                              test::next_serial(), test::k_test_day);
  ASSERT_NE(denied(decision), nullptr);
  EXPECT_EQ(denied(decision)->rule, "role.profile");
}

// Everything a rule can refuse is also what its lint would find in the bytes, were the rule forgotten.
TEST(Engine, LintsTheBytesOfARefusedRequestToo) {
  test::RuleCase asked;
  asked.subject = {{"DC", "example"}, {"CN", "user-0001"}};
  const auto found = examine(asked);
  std::set<std::string> refusing;
  for (const auto& verdict : found.verdicts)
    if (!verdict.pass) refusing.insert(verdict.rule);
  EXPECT_EQ(refusing, (std::set<std::string>{"name.attribute", "lint.profile.subject"}));
}

TEST(Engine, AFaultOfTheAuthorityIsDeniedByTheLintThatFindsIt) {
  Issuer issuer = TestChain::one().issuing.issuer;
  issuer.crl_url = "https://pki.example.test/issuing.crl";
  EXPECT_EQ(test::denial_of(examine({}, test::engine(), issuer)), "lint.urls");
  issuer = TestChain::one().issuing.issuer;
  issuer.signature_algorithm = SignatureAlgorithm::rsa_pkcs1_sha256;
  EXPECT_EQ(test::denial_of(examine({}, test::engine(), issuer)), "lint.signature-key");
  issuer = TestChain::one().issuing.issuer;
  issuer.public_key = TestChain::one().subject_key.public_key;
  EXPECT_EQ(test::denial_of(examine({}, test::engine(), issuer)), "lint.self-issue");
}

TEST(Engine, SaysWhichRuleSetEachField) {
  test::RuleCase asked;
  asked.names = {{GeneralNameKind::email, "user@example.test"}};
  const auto origins = examine(asked).origins;
  EXPECT_EQ(origins.at("validity"), "profile client-auth v1");
  EXPECT_EQ(origins.at("subject"), "plan");
  EXPECT_EQ(origins.at("issuer"), "authority issuing");
  EXPECT_EQ(origins.at("subject_alt_name"), "request, as profile client-auth v1 allows");
  EXPECT_EQ(origins.at("crl_distribution_points"), "authority issuing");
  EXPECT_FALSE(origins.contains("ocsp_no_check"));
  // One origin for each extension and for each of the seven other fields, the version included.
  const auto found = examine(asked);
  EXPECT_EQ(found.origins.size(), found.tbs->fields().extensions.size() + 7);
}

TEST(Engine, ReplaysADecisionFromItsValues) {
  const auto& issuer = TestChain::one().issuing.issuer;
  const auto serial = test::next_serial();
  const auto once =
      test::engine().examine(request_of("client-auth"), issuer, Role::web_tier, serial, test::k_test_day);
  const auto twice =
      test::engine().examine(request_of("client-auth"), issuer, Role::web_tier, serial, test::k_test_day);
  EXPECT_TRUE(equal(once.tbs->to_be_signed(), twice.tbs->to_be_signed()));
}

TEST(Engine, StartsOnlyWithProfiles) {
  EXPECT_THROW(Engine(ProfileSet({}), {}), Error);
}

}  // namespace
}  // namespace inkan::policy
