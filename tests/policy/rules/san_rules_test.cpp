#include "tests/policy/rules/rule_case.h"

namespace inkan::policy {
namespace {

using test::examine;
using test::expect_only;
using test::RuleCase;

RuleCase server(const std::vector<GeneralName>& names) {
  RuleCase asked;
  asked.profile = "server-auth";
  asked.subject = {{"O", "Example Bank"}};
  asked.names = names;
  return asked;
}

RuleCase subscriber(const GeneralName& name) {
  RuleCase asked;
  asked.names = {name};
  return asked;
}

TEST(SanRules, RefuseKindsTheProfileDoesNotTake) {
  expect_only("san.kind", examine(subscriber({GeneralNameKind::dns, "a.example.test"})));
  expect_only("san.kind", examine(subscriber({GeneralNameKind::uri, "https://example.test/"})));
  expect_only("san.kind", examine(subscriber({GeneralNameKind::ip, "192.0.2.1"})));
  expect_only("", examine(subscriber({GeneralNameKind::email, "user@example.test"})));
  expect_only("san.kind", examine(server({{GeneralNameKind::email, "user@example.test"}})));
}

// It has no encoding: there are no bytes to show, and no failure either.
TEST(SanRules, ANameOfAnotherKindIsRefusedWithoutBytes) {
  const auto found = examine(subscriber({GeneralNameKind::other, ""}));
  expect_only("san.kind", found);
  EXPECT_FALSE(found.tbs);
}

TEST(SanRules, RequireNamesWhereTheProfileDoes) {
  expect_only("san.required", examine(server({})));
  expect_only("", examine(server({{GeneralNameKind::dns, "a.example.test"}})));
}

TEST(SanRules, TakeAHundredNamesAtMost) {
  std::vector<GeneralName> names;
  for (int i = 0; i < 100; ++i)
    names.push_back({GeneralNameKind::dns, "h" + std::to_string(i) + ".example.test"});
  expect_only("", examine(server(names)));
  names.push_back({GeneralNameKind::dns, "one-more.example.test"});
  expect_only("san.count", examine(server(names)));
}

struct TextCase {
  std::string text;
  bool good;
};

// RFC 1034 §3.5, RFC 1123 §2.1, RFC 5280 §4.2.1.6.
TEST(SanRules, HostNamesAreLettersDigitsAndHyphensInLabels) {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  ASSERT_EQ(longest.size(), 253u);
  const TextCase cases[] = {
      {"a.example.test", true},
      {"localhost", true},
      {"xn--fsq.example.test", true},
      {"3com.example", true},
      {"A-1.Example.Test", true},
      {label + ".test", true},
      {longest, true},
      {"a" + longest, false},
      {label + "a.test", false},
      {"", false},
      {".", false},
      {"a.example.test.", false},
      {".example.test", false},
      {"a..example.test", false},
      {"-a.example.test", false},
      {"a-.example.test", false},
      {"a_b.example.test", false},
      {"a b.example.test", false},
      {"*.example.test", false},
      {"例.example.test", false},
      {"a.example.test:443", false},
      {"192.0.2.1", false},
      {"1", false},
      {"a.example.123", false},
      {"https://example.test", false},
      {"user@example.test", false},
  };
  for (const auto& [text, good] : cases) {
    SCOPED_TRACE(text);
    expect_only(good ? "" : "san.dns", examine(server({{GeneralNameKind::dns, text}})));
  }
}

TEST(SanRules, WildcardsOnlyWhereTheProfileSaysSoAndOnlyAsAFirstLabel) {
  const auto engine = test::engine_of("server-auth", "required = true", "required = true\nwildcards = true");
  const TextCase cases[] = {
      {"*.example.test", true},   {"a.example.test", true},    {"*", false},
      {"*.test", false},          {"**.example.test", false},  {"a.*.example.test", false},
      {"a*.example.test", false}, {"*.*.example.test", false}, {"*.", false},
  };
  for (const auto& [text, good] : cases) {
    SCOPED_TRACE(text);
    expect_only(good ? "" : "san.dns", examine(server({{GeneralNameKind::dns, text}}), engine));
  }
}

TEST(SanRules, AddressesOfAPlanMustParse) {
  for (const char* good : {"192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"})
    expect_only("", examine(server({{GeneralNameKind::ip, good}})));
  for (const char* bad : {"", "192.0.2.256", "192.0.2", "192.0.2.1/24", "2001:db8::g", "localhost"}) {
    SCOPED_TRACE(bad);
    const auto found = examine(server({{GeneralNameKind::ip, bad}}));
    expect_only("san.ip", found);
    EXPECT_FALSE(found.tbs);
  }
}

// RFC 5321 §4.1.2, without quoted local parts.
TEST(SanRules, MailAddressesAreLocalAtDomain) {
  const std::string local(64, 'a');
  const TextCase cases[] = {
      {"user@example.test", true},
      {"first.last+tag@example.test", true},
      {local + "@example.test", true},
      {"u@localhost", true},
      {local + "a@example.test", false},
      {"", false},
      {"user", false},
      {"@example.test", false},
      {"user@", false},
      {"a@b@example.test", false},
      {"us er@example.test", false},
      {".user@example.test", false},
      {"user.@example.test", false},
      {"us..er@example.test", false},
      {"\"u\"@example.test", false},
      {"user@exa_mple.test", false},
      {"user@192.0.2.1", false},
      {"利用者@example.test", false},
      {"user@例.test", false},
      {"U <user@example.test>", false},
      {"u@" + std::string(63, 'a') + "." + std::string(63, 'a') + "." + std::string(63, 'a') + "." +
           std::string(62, 'a'),
       false},
  };
  for (const auto& [text, good] : cases) {
    SCOPED_TRACE(text);
    expect_only(good ? "" : "san.email", examine(subscriber({GeneralNameKind::email, text})));
  }
}

// RFC 5280 §4.2.1.6: absolute, with a host.
TEST(SanRules, UrisAreAbsoluteAndHoldNothingElse) {
  const auto engine = test::engine_of("client-auth", "kinds = [\"email\"]", "kinds = [\"uri\"]");
  const TextCase cases[] = {
      {"https://example.test/x?y#z", true},
      {"urn+x-1.0://host", true},
      {"spiffe://example.test/a", true},
      {"", false},
      {"example.test/x", false},
      {"/x", false},
      {"urn:uuid:1", false},
      {"://example.test", false},
      {"https://", false},
      {"https:///x", false},
      {"https://?x", false},
      {"1https://example.test", false},
      {"ht tps://example.test", false},
      {"https://exa mple.test", false},
      {"https://a.test/<b>", false},
      {"https://例.test", false},
  };
  for (const auto& [text, good] : cases) {
    SCOPED_TRACE(text);
    expect_only(good ? "" : "san.uri", examine(subscriber({GeneralNameKind::uri, text}), engine));
  }
}

TEST(SanRules, TheWorstOfManyNamesDecides) {
  expect_only("san.dns", examine(server({{GeneralNameKind::dns, "a.example.test"},
                                         {GeneralNameKind::ip, "192.0.2.1"},
                                         {GeneralNameKind::dns, "b_c.example.test"}})));
}

}  // namespace
}  // namespace inkan::policy
