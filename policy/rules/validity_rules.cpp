#include "policy/rules/rule.h"

namespace inkan::policy {

// Rule A02: a leaf that would outlive its issuer is refused, never shortened; one that would begin before it,
// too.
std::optional<Denial> judge_validity(const RuleInput& input) {
  if (input.profile.self_signed || input.issuer.validity.covers(input.validity)) return std::nullopt;
  const bool late = input.validity.not_after() > input.issuer.validity.not_after();
  return Denial{late ? "validity.after-issuer" : "validity.before-issuer", "RFC 5280 §4.1.2.5; rule A02",
                "the certificate would be valid " + to_rfc3339(input.validity.not_before()) + " to " +
                    to_rfc3339(input.validity.not_after()) + ", its issuer " +
                    to_rfc3339(input.issuer.validity.not_before()) + " to " +
                    to_rfc3339(input.issuer.validity.not_after()),
                late ? "roll over to a new issuing CA" : "wait until the issuer is valid"};
}

std::optional<Denial> judge_path_length(const RuleInput& input) {
  if (!input.profile.ca || input.profile.self_signed || input.issuer.path_length != 0) return std::nullopt;
  return Denial{"path-length.zero", "RFC 5280 §4.2.1.9",
                "authority " + input.issuer.id + " may not issue to CAs: its path length is 0",
                "issue this CA from an authority above it"};
}

}  // namespace inkan::policy
