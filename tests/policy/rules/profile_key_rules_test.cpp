#include "tests/policy/rules/rule_case.h"

namespace inkan::policy {
namespace {

Examination examine_key(const std::string& profile, KeyAlgorithm algorithm, Role role) {
  const auto key = test::make_key(algorithm);
  const std::vector<GeneralName> names = {{GeneralNameKind::dns, "a.example.test"}};
  const auto request =
      IssuanceRequest::for_token_key(profile, key.public_key, test::name_of({{"CN", "a.example.test"}}),
                                     profile == "server-auth" ? names : std::vector<GeneralName>{});
  return test::engine().examine(request, test::TestChain::one().issuing.issuer, role, test::next_serial(),
                                test::k_test_day);
}

TEST(ProfileKeyRules, TakeTheProfilesAlgorithmsAndNoOthers) {
  test::expect_only("", examine_key("client-auth", KeyAlgorithm::ed25519, Role::web_tier));
  test::expect_only("", examine_key("client-auth", KeyAlgorithm::rsa, Role::web_tier));
  test::expect_only("", examine_key("server-auth", KeyAlgorithm::ec_p521, Role::web_tier));
  test::expect_only("key.profile", examine_key("server-auth", KeyAlgorithm::ed25519, Role::web_tier));
  test::expect_only("key.profile", examine_key("ocsp-responder", KeyAlgorithm::ec_p521, Role::system));
  test::expect_only("", examine_key("ocsp-responder", KeyAlgorithm::ec_p384, Role::system));
}

TEST(ProfileKeyRules, TakeNoKeyOfTheBlocklist) {
  const auto& key = test::TestChain::one().subject_key.public_key;
  const auto blocked = KeyBlocklist::parse(key.spki_hash().hex() + " compromised\n", "blocked.txt");
  const auto engine = test::engine_of("client-auth", "version = 1", "version = 2", blocked);
  test::expect_only("key.blocked", test::examine({}, engine));
  test::expect_only("", test::examine({}));
}

}  // namespace
}  // namespace inkan::policy
