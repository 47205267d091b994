#include "tests/policy/rules/rule_case.h"

namespace inkan::policy {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using test::examine;
using test::expect_only;

Issuer issuer_valid(const Validity& validity) {
  Issuer issuer = test::TestChain::one().issuing.issuer;
  issuer.validity = validity;
  return issuer;
}

const Validity& leaf_validity() {
  static const Validity k_validity = test::built_in("client-auth").validity.validity(test::k_test_day);
  return k_validity;
}

TEST(RuleA02, ALeafMayFillItsIssuersWholeLife) {
  const auto found = examine({}, test::engine(), issuer_valid(leaf_validity()));
  expect_only("", found);
  EXPECT_EQ(found.tbs->fields().validity, leaf_validity());
}

// Refused, never shortened: the bytes that a dry run shows still have the whole span.
TEST(RuleA02, ALeafThatOutlivesItsIssuerByASecondIsRefused) {
  const auto found =
      examine({}, test::engine(),
              issuer_valid({leaf_validity().not_before(), leaf_validity().not_after() - seconds(1)}));
  expect_only("validity.after-issuer", found);
  EXPECT_EQ(found.tbs->fields().validity, leaf_validity());
  EXPECT_NE(found.denial->mend.find("new issuing CA"), std::string::npos);
}

TEST(RuleA02, ALeafThatBeginsBeforeItsIssuerIsRefused) {
  const auto found =
      examine({}, test::engine(),
              issuer_valid({leaf_validity().not_before() + seconds(1), leaf_validity().not_after()}));
  expect_only("validity.before-issuer", found);
  EXPECT_EQ(found.tbs->fields().validity, leaf_validity());
}

TEST(RuleA02, AnExpiredIssuerIssuesNothing) {
  expect_only("validity.after-issuer",
              examine({}, test::engine(),
                      issuer_valid({test::k_test_day - days(800), test::k_test_day - days(400)})));
}

// A root is its own issuer: there is nothing above it to nest in.
TEST(RuleA02, ARootHasNoIssuerToOutlive) {
  EXPECT_NO_THROW(test::TestAuthority::root(KeyAlgorithm::ec_p256));
}

Examination examine_ca(const Issuer& issuer) {
  test::RuleCase asked;
  asked.profile = "issuing-ca";
  asked.role = Role::system;
  return examine(asked, test::engine(), issuer);
}

// RFC 5280 §4.2.1.9.
TEST(PathLength, AnIssuerOfPathLengthZeroIssuesNoCa) {
  Issuer issuer = test::TestChain::one().root.issuer;
  expect_only("", examine_ca(issuer));
  issuer.path_length = 1;
  expect_only("", examine_ca(issuer));
  issuer.path_length = 0;
  expect_only("path-length.zero", examine_ca(issuer));
  expect_only("", examine({}, test::engine(), issuer));  // an end entity may be under it
}

}  // namespace
}  // namespace inkan::policy
