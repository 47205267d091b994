#include "tests/policy/rules/rule_case.h"

namespace inkan::policy {
namespace {

using test::examine;
using test::expect_only;
using test::RuleCase;
using Subject = std::vector<NameAttribute>;

struct SubjectCase {
  const char* name;
  Subject subject;
  const char* rule;
};

const SubjectCase k_cases[] = {
    {"only what is required", {{"CN", "user-0001"}}, ""},
    {"everything allowed",
     {{"C", "JP"},
      {"ST", "東京都"},
      {"L", "千代田区"},
      {"O", "例示銀行"},
      {"OU", "一"},
      {"CN", "山田"},
      {"serialNumber", "1"}},
     ""},
    {"an attribute the profile does not take",
     {{"CN", "user-0001"}, {"emailAddress", "a@example.test"}},
     "name.attribute"},
    {"another one it does not take", {{"DC", "example"}, {"CN", "user-0001"}}, "name.attribute"},
    {"no required attribute", {{"O", "Example Bank"}}, "name.required"},
    {"no attribute at all", {}, "name.required"},
    {"CN twice", {{"CN", "user-0001"}, {"CN", "admin"}}, "name.repeated"},
    {"O twice", {{"O", "Example Bank"}, {"O", "Other Bank"}, {"CN", "user-0001"}}, "name.repeated"},
    {"OU may repeat", {{"OU", "Corporate"}, {"OU", "Tokyo"}, {"CN", "user-0001"}}, ""},
};

TEST(NameRules, TakeTheProfilesAttributesAndNoOthers) {
  for (const auto& each : k_cases) {
    SCOPED_TRACE(each.name);
    RuleCase asked;
    asked.subject = each.subject;
    expect_only(each.rule, examine(asked));
  }
}

TEST(NameRules, SayWhatToSend) {
  RuleCase asked;
  asked.subject = {{"CN", "user-0001"}, {"DC", "example"}};
  const auto found = examine(asked);
  EXPECT_EQ(found.denial->clause, "profile client-auth v1, subject");
  EXPECT_NE(found.denial->detail.find("DC=example"), std::string::npos);
  EXPECT_NE(found.denial->mend.find("CN (required)"), std::string::npos);
}

RuleCase server(const Subject& subject, const std::vector<GeneralName>& names) {
  RuleCase asked;
  asked.profile = "server-auth";
  asked.subject = subject;
  asked.names = names;
  return asked;
}

// CA/B Forum BR §7.1.4.3.
TEST(NameRules, AServersCommonNameIsOneOfItsNames) {
  const std::vector<GeneralName> names = {{GeneralNameKind::dns, "a.example.test"},
                                          {GeneralNameKind::ip, "192.0.2.1"}};
  expect_only("name.cn-not-in-san", examine(server({{"CN", "b.example.test"}}, names)));
  expect_only("name.cn-not-in-san", examine(server({{"CN", "A.example.test"}}, names)));
  expect_only("", examine(server({{"CN", "a.example.test"}}, names)));
  expect_only("", examine(server({{"CN", "192.0.2.1"}}, names)));
  expect_only("", examine(server({{"O", "Example Bank"}}, names)));
}

TEST(NameRules, ASubscribersCommonNameNeedNotBe) {
  RuleCase asked;
  asked.names = {{GeneralNameKind::email, "user@example.test"}};
  expect_only("", examine(asked));
}

}  // namespace
}  // namespace inkan::policy
