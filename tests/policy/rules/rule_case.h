// One request under one profile, judged: which rules refuse it. For tables of cases in the rules' tests.
#pragma once

#include "tests/support/throw_away_ca.h"

namespace inkan::test {

// A request that every rule of client-auth passes; a case changes one thing.
struct RuleCase {
  std::string profile = "client-auth";
  policy::Role role = policy::Role::web_tier;
  std::vector<policy::NameAttribute> subject = {{"CN", "user-0001"}};
  std::vector<policy::GeneralName> names;
  policy::Instant now = k_test_day;
};

inline policy::Examination examine(const RuleCase& asked, const policy::Engine& by = engine(),
                                   const policy::Issuer& issuer = TestChain::one().issuing.issuer) {
  const auto request = policy::IssuanceRequest::for_token_key(
      asked.profile, TestChain::one().subject_key.public_key, name_of(asked.subject), asked.names);
  return by.examine(request, issuer, asked.role, next_serial(), asked.now);
}

// The ids of the rules that refuse, without the lints of the bytes (which may find the same fault again).
inline std::vector<std::string> refusing_rules(const policy::Examination& found) {
  std::vector<std::string> ids;
  for (const auto& verdict : found.verdicts)
    if (!verdict.pass && !verdict.rule.starts_with("lint.")) ids.push_back(verdict.rule);
  return ids;
}

// The denial's rule, after asserting that it says what, where and how to mend; "" if it is approved.
inline std::string denial_of(const policy::Examination& found) {
  if (!found.denial) return "";
  EXPECT_FALSE(found.denial->clause.empty());
  EXPECT_FALSE(found.denial->detail.empty());
  EXPECT_FALSE(found.denial->mend.empty());
  return found.denial->rule;
}

// Only `rule` refuses, or nothing if it is "".
inline void expect_only(const std::string& rule, const policy::Examination& found) {
  EXPECT_EQ(refusing_rules(found),
            rule.empty() ? std::vector<std::string>{} : std::vector<std::string>{rule});
  EXPECT_EQ(denial_of(found), rule);
}

// An engine with one profile: a built-in one whose document was edited.
inline policy::Engine engine_of(const std::string& profile, const std::string& from, const std::string& to,
                                policy::KeyBlocklist blocklist = {}) {
  std::string document = built_in(profile).document;
  const auto at = document.find(from);
  if (at == std::string::npos) throw std::logic_error("the profile has no \"" + from + "\"");
  document.replace(at, from.size(), to);
  return policy::Engine(policy::ProfileSet({policy::Profile::parse(document, "edited.toml")}),
                        std::move(blocklist));
}

}  // namespace inkan::test
