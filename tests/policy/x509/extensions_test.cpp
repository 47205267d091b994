#include "policy/x509/extensions.h"

#include "tests/policy/rules/rule_case.h"
#include "tests/support/outside.h"

namespace inkan::policy {
namespace {

std::string openssl_text(const Examination& found) {
  const test::TemporaryFolder folder;
  const Bytes certificate = test::signed_by(test::TestChain::one().issuing.key, *found.tbs);
  const auto file = folder.write("leaf.pem", test::pem_of("CERTIFICATE", certificate));
  const auto verdict = test::run({"openssl", "x509", "-in", file, "-noout", "-text"});
  EXPECT_EQ(verdict.status, 0) << verdict.output;
  return verdict.output;
}

// What no built-in profile has, and an operator's own may.
TEST(Extensions, CarryTheProfilesPoliciesAndPurposesInTheirOrder) {
  const auto engine = test::engine_of("client-auth", "extended_key_usage = [\"clientAuth\"]",
                                      "extended_key_usage = [\"1.3.6.1.4.1.311.20.2.2\", \"clientAuth\"]\n"
                                      "certificate_policies = [\"1.2.392.200091.100.721.1\", \"2.999.1\"]");
  const auto found = test::examine({}, engine);
  test::expect_only("", found);
  const auto text = openssl_text(found);
  EXPECT_NE(
      text.find("X509v3 Extended Key Usage: \n                Microsoft Smartcard Login, TLS Web Client "
                "Authentication\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("X509v3 Certificate Policies: \n                Policy: 1.2.392.200091.100.721.1\n"
                      "                Policy: 2.999.1\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(found.origins.at("certificate_policies"), "profile client-auth v1");
}

// Whatever order the document has them in: they are bits.
TEST(Extensions, CarryEveryKeyUsage) {
  const auto engine = test::engine_of(
      "client-auth", "key_usage = [\"digitalSignature\"]",
      "key_usage = [\"cRLSign\", \"keyAgreement\", \"dataEncipherment\", \"keyEncipherment\", "
      "\"contentCommitment\", \"digitalSignature\"]");
  const auto text = openssl_text(test::examine({}, engine));
  EXPECT_NE(
      text.find("Digital Signature, Non Repudiation, Key Encipherment, Data Encipherment, Key Agreement, "
                "CRL Sign\n"),
      std::string::npos)
      << text;
}

// An authority that publishes nowhere says nothing of it.
TEST(Extensions, NameNoUrlThatTheAuthorityDoesNotHave) {
  Issuer issuer = test::TestChain::one().issuing.issuer;
  issuer.crl_url.clear();
  issuer.ca_issuers_url.clear();
  const auto found = test::examine({}, test::engine(), issuer);
  test::expect_only("", found);
  const auto text = openssl_text(found);
  EXPECT_EQ(text.find("CRL Distribution"), std::string::npos);
  EXPECT_EQ(text.find("Authority Information"), std::string::npos);
  EXPECT_FALSE(found.origins.contains("crl_distribution_points"));
}

// RFC 5280 §4.2: a request's wishes for extensions are not even kept; the same request makes the same bytes.
TEST(Extensions, StandInOneOrder) {
  test::RuleCase asked;
  asked.names = {{GeneralNameKind::email, "user@example.test"}};
  std::string order;
  const auto found = test::examine(asked);
  for (const auto& extension : found.tbs->fields().extensions) order += extension.oid + " ";
  EXPECT_EQ(order,
            "2.5.29.35 2.5.29.14 2.5.29.19 2.5.29.15 2.5.29.37 2.5.29.17 2.5.29.31 1.3.6.1.5.5.7.1.1 ");
}

}  // namespace
}  // namespace inkan::policy
