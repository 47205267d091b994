// The lint of a request for our own CA certificate, on bytes that are not what they should be.
#include "policy/lint/lint.h"
#include "policy/x509/extensions.h"
#include "policy/x509/tbs_certification_request.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using test::TestChain;

TbsCertificationRequest request(const Name& subject, const PublicKey& key,
                                std::vector<Extension> extensions) {
  const auto& issuer = TestChain::one().issuing.issuer;
  return TbsCertificationRequest(
      {subject, key, std::move(extensions), issuer.key, issuer.signature_algorithm});
}

std::string complaint(BytesView tbs) {
  const auto denial = lint_certification_request(tbs, TestChain::one().issuing.issuer);
  EXPECT_EQ(denial.value_or(Denial{"lint.request", "", "", ""}).rule, "lint.request");
  return denial ? denial->detail : "";
}

TEST(RequestLint, AcceptsWhatTheProfileAsksFor) {
  const auto& issuer = TestChain::one().issuing.issuer;
  const auto asked = requested_extensions(test::built_in("issuing-ca"), issuer.public_key);
  EXPECT_EQ(complaint(request(issuer.subject, issuer.public_key, asked).to_be_signed()), "");
}

TEST(RequestLint, RefusesAnythingElse) {
  const auto& issuer = TestChain::one().issuing.issuer;
  const auto& root = TestChain::one().root.issuer;
  const auto asked = requested_extensions(test::built_in("issuing-ca"), issuer.public_key);
  EXPECT_EQ(complaint(request(root.subject, issuer.public_key, asked).to_be_signed()),
            "the subject is not the authority's name");
  EXPECT_EQ(complaint(request(issuer.subject, root.public_key, asked).to_be_signed()),
            "the key is not the authority's");
  const auto no_ca = requested_extensions(test::built_in("client-auth"), issuer.public_key);
  EXPECT_EQ(complaint(request(issuer.subject, issuer.public_key, no_ca).to_be_signed()),
            "it does not ask for a CA certificate");
  auto lax = asked;
  for (auto& each : lax) each.critical = false;
  EXPECT_EQ(complaint(request(issuer.subject, issuer.public_key, lax).to_be_signed()),
            "it does not ask for a CA certificate");
  const auto good = request(issuer.subject, issuer.public_key, asked);
  EXPECT_NE(complaint(good.to_be_signed().first(good.to_be_signed().size() - 1)), "");
}

// Every single changed octet is noticed, but for those of the identifier and of values that are free to be
// asked for.
TEST(RequestLint, NoticesChangesOfNameAndKey) {
  const auto& issuer = TestChain::one().issuing.issuer;
  const auto good = request(issuer.subject, issuer.public_key,
                            requested_extensions(test::built_in("issuing-ca"), issuer.public_key));
  const auto text = as_text(good.to_be_signed());
  const auto end = text.find(as_text(issuer.public_key.spki())) + issuer.public_key.spki().size();
  ASSERT_LT(end, text.size());
  for (std::size_t i = 0; i < end; ++i) {
    auto changed = to_bytes(good.to_be_signed());
    changed[i] ^= 1;
    EXPECT_NE(complaint(changed), "") << "octet " << i;
  }
}

}  // namespace
}  // namespace inkan::policy
