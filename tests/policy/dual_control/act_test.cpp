#include "policy/dual_control/act.h"

#include <gmock/gmock.h>

namespace inkan::policy {
namespace {

using testing::HasSubstr;

const ActParameters k_rollover = {{"algorithm", "P-384"},
                                  {"authority", "issuing-2"},
                                  {"common_name", "\xe7\x99\xba\xe8\xa1\x8c 2"},
                                  {"issuer", "root"},
                                  {"named_like", "issuing"},
                                  {"profile", "issuing-ca"},
                                  {"subject", "CN=\xe7\x99\xba\xe8\xa1\x8c 2"},
                                  {"token", "ca"}};

Act act(ActKind kind, ActParameters parameters) {
  return std::get<Act>(Act::make(kind, "why", std::move(parameters)));
}
std::string refusal(ActKind kind, ActParameters parameters) {
  const auto made = Act::make(kind, "why", std::move(parameters));
  return denied(made) ? denied(made)->detail : "";
}

// RFC 8785: members in the order of their names, no space, UTF-8 as it is.
TEST(Act, HasOnePlanOnly) {
  EXPECT_EQ(
      act(ActKind::roll_over, k_rollover).plan(),
      "{\"op\":\"ca.rollover\",\"parameters\":{\"algorithm\":\"P-384\",\"authority\":\"issuing-2\",\"common_"
      "name\":"
      "\"\xe7\x99\xba\xe8\xa1\x8c "
      "2\",\"issuer\":\"root\",\"named_like\":\"issuing\",\"profile\":\"issuing-ca\",\"subject\":\"CN="
      "\xe7\x99\xba\xe8\xa1\x8c 2\","
      "\"token\":\"ca\"},\"reason\":\"why\",\"v\":1}");
  EXPECT_EQ(act(ActKind::start_issuing, {}).plan(), R"({"op":"issuing.start","reason":"why","v":1})");
  auto other = k_rollover;
  other["authority"] = "issuing-3";
  EXPECT_NE(act(ActKind::roll_over, other).plan_sha256(), act(ActKind::roll_over, k_rollover).plan_sha256());
  EXPECT_NE(act(ActKind::create_authority, k_rollover).plan_sha256(),
            act(ActKind::roll_over, k_rollover).plan_sha256());
}

TEST(Act, IsAboutWhatItsKindIsAbout) {
  EXPECT_THAT(refusal(ActKind::start_issuing, {{"authority", "issuing"}}),
              HasSubstr("has no parameter \"authority\""));
  EXPECT_THAT(refusal(ActKind::activate_authority, {}), HasSubstr("needs parameter \"authority\""));
  EXPECT_THAT(refusal(ActKind::activate_authority, {{"authority", ""}}), HasSubstr("empty"));
  EXPECT_THAT(refusal(ActKind::activate_authority, {{"authority", "a\nb"}}), HasSubstr("plain text"));
  EXPECT_THAT(refusal(ActKind::activate_authority, {{"authority", std::string(501, 'a')}}),
              HasSubstr("too long"));
  auto unnamed = k_rollover;
  unnamed.erase("subject");
  EXPECT_THAT(refusal(ActKind::roll_over, unnamed), HasSubstr("needs parameter \"subject\""));
}

TEST(Act, HasParametersOfTheirLength) {
  const ActParameters grant{{"csr", std::string(12 * 1024, 'A')},
                            {"identity", "ann"},
                            {"role", "auditor"},
                            {"spki_sha256", "00ff"},
                            {"standing", "new"},
                            {"subject", "CN=Ann"}};
  EXPECT_EQ(refusal(ActKind::grant_role, grant), "");
  for (const auto& [name, size] : {std::pair("csr", 12 * 1024 + 1), std::pair("identity", 501)}) {
    auto longer = grant;
    longer[name] = std::string(static_cast<std::size_t>(size), 'a');
    EXPECT_THAT(refusal(ActKind::grant_role, longer), HasSubstr("too long")) << name;
  }
}

TEST(Act, HasADocumentInItsPlanByItsHash) {
  const std::string document = "name = \"x\"\n\tversion = 2\n";
  ActParameters change{{"before", std::string(k_no_profile)},
                       {"document", document},
                       {"profile", "x"},
                       {"version", "2"},
                       // sha256sum's
                       {"sha256", "5e3de3cb2aa1a9bfd2b4b8d61b1b9bd11bbaee6eb0a9c2f2a58a1c5c0f6a0cf1"}};
  EXPECT_THAT(refusal(ActKind::change_profile, change), HasSubstr("sha256 is not that of the document"));
  change["sha256"] = sha256(as_bytes(document)).hex();
  const auto plan = act(ActKind::change_profile, change).plan();
  EXPECT_THAT(plan, testing::AllOf(HasSubstr(change["sha256"]), testing::Not(HasSubstr("name = "))));
  for (const char* bad : {"a\r\nb", "a\x01", "\xff"}) {
    change["document"] = bad;
    change["sha256"] = sha256(as_bytes(bad)).hex();
    EXPECT_THAT(refusal(ActKind::change_profile, change), HasSubstr("plain text")) << bad;
  }
}

TEST(Act, SaysInWordsWhatCannotBeUndone) {
  EXPECT_THAT(act(ActKind::retire_authority, {{"authority", "issuing"}}).in_words(),
              HasSubstr("cannot be undone"));
  EXPECT_THAT(act(ActKind::destroy_key, {{"authority", "issuing"}, {"key", "00ff"}}).in_words(),
              testing::AllOf(HasSubstr("00ff"), HasSubstr("cannot be undone")));
  EXPECT_THAT(
      act(ActKind::roll_over, k_rollover).in_words(),
      testing::AllOf(HasSubstr("P-384"), HasSubstr("token ca"), HasSubstr("root"), HasSubstr("issuing-2")));
  ActParameters grant{{"csr", "AA=="},         {"identity", "ann"}, {"role", "auditor"},
                      {"spki_sha256", "00ff"}, {"standing", "new"}, {"subject", "CN=Ann"}};
  EXPECT_THAT(
      act(ActKind::grant_role, grant).in_words(),
      testing::AllOf(HasSubstr("ann is registered as auditor"), HasSubstr("CN=Ann"), HasSubstr("00ff")));
  grant["standing"] = k_standing_another_key;
  EXPECT_THAT(act(ActKind::grant_role, grant).in_words(), HasSubstr("ann, auditor, is given another key"));
  EXPECT_THAT(act(ActKind::revoke_role, {{"identity", "o"}, {"role", "security-officer"}}).in_words(),
              testing::AllOf(HasSubstr("never given again"), HasSubstr("are void")));
  const std::string list = "01\n02\n";
  ActParameters many{{"count", "2"},
                     {"revocation_reason", "keyCompromise"},
                     {"serials", list},
                     {"sha256", sha256(as_bytes(list)).hex()}};
  EXPECT_THAT(act(ActKind::revoke_certificates, many).in_words(),
              testing::AllOf(HasSubstr("2 certificates are revoked for keyCompromise"),
                             HasSubstr(many["sha256"]), HasSubstr("cannot be undone")));
  EXPECT_THAT(act(ActKind::revoke_certificates, many).plan(), testing::Not(HasSubstr("02\\n")));
  many["revocation_reason"] = "certificateHold";
  EXPECT_THAT(act(ActKind::revoke_certificates, many).in_words(),
              testing::AllOf(HasSubstr("put on hold"), testing::Not(HasSubstr("cannot be undone"))));
  for (const auto kind : all_act_kinds()) EXPECT_EQ(act_kind(name(kind)), kind);
  EXPECT_FALSE(act_kind("ca.destroy"));
}

}  // namespace
}  // namespace inkan::policy
