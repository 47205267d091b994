// A rule judges what is asked for, before any byte is built: an id, where it is written, and one function.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "policy/issuance_request.h"
#include "policy/issuer.h"
#include "policy/profile/profile.h"
#include "policy/rules/key_rules.h"
#include "policy/types/identity.h"

namespace inkan::policy {

struct RuleInput {
  const Profile& profile;
  const IssuanceRequest& request;
  const Issuer& issuer;
  Role requester;
  const Validity& validity;  // what the profile makes of now
  const KeyBlocklist& blocklist;
};

struct Rule {
  const char* id;  // of the family; a denial may name a finer one, "key.rsa.size"
  const char* clause;
  std::optional<Denial> (*judge)(const RuleInput&);
};

// In the order they are tried. Never empty: the engine refuses to start without rules.
const std::vector<Rule>& issuance_rules();

// The families, each in its own file.
std::optional<Denial> judge_role(const RuleInput& input);
std::optional<Denial> judge_key(const RuleInput& input);
std::optional<Denial> judge_subject(const RuleInput& input);
std::optional<Denial> judge_subject_alt_names(const RuleInput& input);
std::optional<Denial> judge_validity(const RuleInput& input);
std::optional<Denial> judge_path_length(const RuleInput& input);

// Shared by name and SAN rules. RFC 1034 §3.5 and RFC 5280 §4.2.1.6: LDH labels of 1..63, 253 in all; "*."
// only if allowed. RFC 1123 §2.1: the last label is not all digits, lest an address pass for a host name.
bool is_dns_name(std::string_view name, bool wildcard_allowed);
// Whether there are octets for it at all: not for a kind that is not issued, or an ip that is no address.
bool can_be_encoded(const GeneralName& name);

}  // namespace inkan::policy
