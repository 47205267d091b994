#include "policy/rules/rule.h"

namespace inkan::policy {

const std::vector<Rule>& issuance_rules() {
  static const std::vector<Rule> rules = {
      {"role", "profile: roles", judge_role},
      {"key", "NIST SP 800-56A §5.6.2.3; BR §6.1.6", judge_key},
      {"name", "RFC 5280 §4.1.2.6; profile: subject", judge_subject},
      {"san", "RFC 5280 §4.2.1.6; profile: subject_alt_names", judge_subject_alt_names},
      {"validity", "RFC 5280 §4.1.2.5; rule A02", judge_validity},
      {"path-length", "RFC 5280 §4.2.1.9", judge_path_length},
  };
  return rules;
}

}  // namespace inkan::policy
