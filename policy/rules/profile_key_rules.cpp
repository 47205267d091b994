#include "policy/rules/rule.h"

namespace inkan::policy {

std::optional<Denial> judge_key(const RuleInput& input) {
  const PublicKey& key = input.request.public_key();
  if (!input.profile.key_algorithms.contains(key.algorithm()))
    return Denial{"key.profile", input.profile.label() + ", key_algorithms",
                  "the key is " + std::string(name(key.algorithm())) + ", which profile " +
                      input.profile.name + " does not take",
                  "make a key of an algorithm the profile names; GET /v1/profiles lists them"};
  return check_key(key, input.blocklist);
}

}  // namespace inkan::policy
