// Acts on profiles and blocked keys: what certificates are made by changes by officers' votes only, and files
// change nothing.
#include <gmock/gmock.h>

#include "daemon/daemon.h"
#include "policy/log/event_type.h"
#include "policy/x509/certificate.h"
#include "tests/support/two_officers.h"

namespace inkan::daemon {
namespace {

using policy::ActKind;
using testing::AllOf;
using testing::HasSubstr;
using tests::ask_for;
using tests::call_by;
using tests::web_tier;

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("no " + from);
  return text.replace(at, from.size(), to);
}
// client-auth, as the program has it but for its version and days.
std::string client_auth(int version, const std::string& days = "days = 90") {
  for (const auto& profile : policy::ProfileSet::built_in())
    if (profile.name == "client-auth")
      return with(with(profile.document, "version = 1", "version = " + std::to_string(version)),
                  profile.document.substr(profile.document.find("days = "),
                                          profile.document.find('\n', profile.document.find("days = ")) -
                                              profile.document.find("days = ")),
                  days);
  throw std::runtime_error("no client-auth");
}
policy::ActParameters profile(const std::string& document, const std::string& name = "client-auth") {
  return {{"profile", name}, {"document", document}};
}

class PolicyActsTest : public tests::OfficersTest {
 protected:
  api::CertificateRecord issue() {
    const auto outcome = service_->issue(call_by(web_tier()), ask_for("alice"), std::nullopt);
    if (const auto* denial = policy::denied(outcome)) throw std::runtime_error(denial->rule);
    return std::get<api::IssuedCertificate>(outcome).record;
  }
  static double days_of(const api::CertificateRecord& record) {
    const auto validity = policy::Certificate::parse(record.der).validity();
    return std::chrono::duration<double, std::ratio<86400>>(validity.not_after() - validity.not_before())
        .count();
  }
  void open_again() {
    officers_.reset();
    service_.reset();
    core_->tokens.close();
    core_.reset();
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
  }
};

TEST_F(PolicyActsTest, PutAProfileInForceWithTheLastVote) {
  const auto before = issue();
  const auto asked = officers_->ask(ActKind::change_profile, profile(client_auth(2, "days = 100")));
  const auto record = *service_->find_approval(call_by(officers_->one()), asked);
  EXPECT_THAT(record.in_words,
              AllOf(HasSubstr("\n- version = 1\n+ version = 2\n"), HasSubstr("\n+ days = 100\n")));
  const auto sha256 = policy::sha256(policy::as_bytes(client_auth(2, "days = 100"))).hex();
  EXPECT_THAT(record.plan,
              AllOf(HasSubstr(sha256), HasSubstr(before.profile_sha256), testing::Not(HasSubstr("days"))));
  officers_->vote_one(asked);
  EXPECT_EQ(issue().profile_version, 1) << "one vote is too few";
  EXPECT_EQ(officers_->vote_two(asked), "");
  const auto after = issue();
  EXPECT_EQ(after.profile_version, 2);
  EXPECT_EQ(after.profile_sha256, sha256);
  EXPECT_NEAR(days_of(after), 100, 1);
  EXPECT_NEAR(days_of(before), 366, 1);
  EXPECT_EQ(leaves(policy::EventType::profile_change).back().at("detail"),
            (nlohmann::json{{"profile", "client-auth"},
                            {"version", 2},
                            {"old", before.profile_sha256},
                            {"new", sha256},
                            {"request", asked}}));
  // Each version stays readable, also by the next run, which issues by the newest.
  open_again();
  EXPECT_EQ(issue().profile_version, 2);
  const auto versions = service_->profile_versions("client-auth");
  ASSERT_EQ(versions.size(), 2u);
  EXPECT_EQ(versions[0].sha256, before.profile_sha256);
  EXPECT_FALSE(versions[0].in_force);
  EXPECT_TRUE(versions[1].in_force);
  EXPECT_EQ(versions[1].request, asked);
  EXPECT_TRUE(service_->profile_offers().empty()) << "the program's own first version was replaced";
}

TEST_F(PolicyActsTest, RefusedOrExpiredChangeNothing) {
  const auto refused = officers_->ask(ActKind::change_profile, profile(client_auth(2)));
  EXPECT_EQ(officers_->vote_one(refused, false).state, "refused");
  const std::string hash(64, 'a');
  const auto late = officers_->ask(ActKind::change_blocklist, {{"add", hash}});
  officers_->vote_one(late);
  Database(fixture_.config().database(), Database::Mode::existing)
      .execute(("UPDATE approvals SET expires_at = 1 WHERE id = '" + late + "'").c_str());
  EXPECT_EQ(officers_->vote_two(late), "approval.closed");
  EXPECT_EQ(issue().profile_version, 1);
  EXPECT_TRUE(leaves(policy::EventType::profile_change).empty());
  EXPECT_TRUE(leaves(policy::EventType::blocklist_change).empty());
}

TEST_F(PolicyActsTest, AreRefusedWhereARuleForbidsThem) {
  EXPECT_EQ(refusal(ActKind::change_profile, profile("name = ")), "profile.document");
  EXPECT_EQ(refusal(ActKind::change_profile, profile(client_auth(2) + "\nkeyusage = 1\n")),
            "profile.document");
  EXPECT_EQ(refusal(ActKind::change_profile, profile(client_auth(2), "server-auth")), "profile.name");
  EXPECT_EQ(refusal(ActKind::change_profile, profile(client_auth(1))), "profile.version");
  EXPECT_EQ(refusal(ActKind::change_profile, profile(policy::ProfileSet::built_in().front().document,
                                                     policy::ProfileSet::built_in().front().name)),
            "approval.nothing-to-do");
  // A CA certificate for the web tier; an end entity's profile that becomes a CA's.
  for (const auto& known : policy::ProfileSet::built_in())
    if (known.name == "issuing-ca") {
      const auto next = with(known.document, "version = 1", "version = 2");
      EXPECT_EQ(refusal(ActKind::change_profile,
                        profile(with(next, "[\"system\"]", "[\"web-tier\"]"), "issuing-ca")),
                "profile.ca");
      EXPECT_EQ(refusal(ActKind::change_profile,
                        profile(with(next, "name = \"issuing-ca\"", "name = \"client-auth\""))),
                "profile.kind");
    }
  EXPECT_EQ(refusal(ActKind::change_blocklist, {}), "approval.nothing-to-do");
  EXPECT_EQ(refusal(ActKind::change_blocklist, {{"add", "12"}}), "blocklist.hash");
  EXPECT_EQ(refusal(ActKind::change_blocklist, {{"remove", std::string(64, 'a')}}), "blocklist.unknown");
  const auto published = policy::published_keys().hashes().front().hex();
  EXPECT_EQ(refusal(ActKind::change_blocklist, {{"add", published}}), "blocklist.known");
  EXPECT_EQ(refusal(ActKind::change_blocklist, {{"remove", published}}), "blocklist.published");
}

TEST_F(PolicyActsTest, FailWhereTheWorldHasChanged) {
  const auto first = officers_->ask(ActKind::change_profile, profile(client_auth(2, "days = 100"))),
             second = officers_->ask(ActKind::change_profile, profile(client_auth(3, "days = 120")));
  EXPECT_EQ(officers_->approve(first).work, "");
  const auto late = officers_->approve(second);
  EXPECT_EQ(late.work, "failed");
  EXPECT_THAT(late.failure, HasSubstr("has been changed meanwhile"));
  EXPECT_NEAR(days_of(issue()), 100, 1);
  const std::string hash(64, 'a'), other(64, 'b');
  const auto one = officers_->ask(ActKind::change_blocklist, {{"add", hash}}),
             both = officers_->ask(ActKind::change_blocklist, {{"add", hash + " " + other}});
  EXPECT_EQ(officers_->approve(one).work, "");
  EXPECT_THAT(officers_->approve(both).failure, HasSubstr("is blocked already"));
  EXPECT_EQ(leaves(policy::EventType::blocklist_change).size(), 1u) << "whole, or not at all";
}

TEST_F(PolicyActsTest, BlockAKeyAndFreeItAgain) {
  const auto key = tests::request().public_key().spki_hash().hex();
  issue();
  const auto block = officers_->ask(ActKind::change_blocklist, {{"add", key}});
  officers_->approve(block);
  EXPECT_THROW(issue(), std::runtime_error);
  // What sha256sum says of the list, a line each, in order.
  EXPECT_EQ(leaves(policy::EventType::blocklist_change).back().at("detail"),
            (nlohmann::json{{"added", 1},
                            {"removed", 0},
                            {"size", 1},
                            {"sha256", policy::sha256(policy::as_bytes(key + "\n")).hex()},
                            {"request", block}}));
  open_again();
  EXPECT_THROW(issue(), std::runtime_error);
  officers_ = std::make_unique<tests::TwoOfficers>(*core_, *service_, "-again");
  officers_->approve(ActKind::change_blocklist, {{"remove", key}});
  issue();
}

// Files that say otherwise than the store: the daemon starts, says so, and issues by what is in force.
TEST_F(PolicyActsTest, AreTheOnlyWayInForce) {
  const auto added = with(client_auth(1, "days = 50"), "name = \"client-auth\"", "name = \"short\"");
  tests::write_text(fixture_.folder() / "short.toml", added);
  tests::write_text(fixture_.folder() / "blocked.txt",
                    tests::request().public_key().spki_hash().hex() + "\n");
  tests::write_text(
      fixture_.folder() / "inkand.toml",
      "profiles = [\"short.toml\"]\nblocked_keys = [\"blocked.txt\"]\n" + fixture_.config_text());
  open_again();
  EXPECT_EQ(core_->policies.now().profiles().find("short"), nullptr);
  issue();
  const auto offers = service_->profile_offers();
  ASSERT_EQ(offers.size(), 1u);
  EXPECT_EQ(offers[0].name, "short");
  EXPECT_EQ(offers[0].sha256, policy::sha256(policy::as_bytes(added)).hex());
  EXPECT_EQ(core_->policies.offered_blocked_keys(), 1u);
  EXPECT_TRUE(leaves(policy::EventType::profile_change).empty());
  service_.reset();
  core_->tokens.close();
  core_.reset();
  std::vector<std::string> told;
  Daemon(fixture_.config(),
         [&](api::Severity, std::string_view what, const api::LogFields& fields) {
           for (const auto& [name, value] : fields)
             if (name == "mend") told.push_back(std::string(what) + " " + std::string(value));
         },
         {})
      .stop();
  EXPECT_THAT(told, testing::ElementsAre(AllOf(HasSubstr("profile.refused inkan profile change --file "),
                                               HasSubstr("short.toml")),
                                         HasSubstr("blocklist.refused inkan blocklist change --add-file")));
  core_ = fixture_.open();
  service_ = std::make_unique<Service>(
      *core_, [] {}, [] {});
  officers_ = std::make_unique<tests::TwoOfficers>(*core_, *service_, "-again");
  officers_->approve(ActKind::change_profile, profile(added, "short"));
  EXPECT_NE(core_->policies.now().profiles().find("short"), nullptr);
  open_again();
  EXPECT_TRUE(service_->profile_offers().empty());
}

// A store of schema 6 has nothing in force yet, and told in its log what its last run used.
TEST_F(PolicyActsTest, AreWhatAnOlderStoreIsBroughtForwardTo) {
  officers_.reset();
  service_.reset();
  core_->tokens.close();
  core_.reset();
  Database(fixture_.config().database(), Database::Mode::existing)
      .execute(("DELETE FROM profile_history; INSERT INTO meta(key, value) VALUES('profiles', "
                "'{\"operator\":{\"sha256\":\"" +
                std::string(64, '0') + "\",\"version\":1}}')")
                   .c_str());
  core_ = fixture_.open();
  service_ = std::make_unique<Service>(
      *core_, [] {}, [] {});
  issue();
  EXPECT_TRUE(leaves(policy::EventType::profile_change).empty());
  std::vector<std::string> changed;
  for (const auto& leaf : leaves(policy::EventType::config_change))
    changed.push_back(leaf.at("detail").at("key"));
  EXPECT_THAT(changed, testing::Contains("profile operator"));
  const auto count = changed.size();
  open_again();
  EXPECT_EQ(leaves(policy::EventType::config_change).size(), count) << "once";
}

}  // namespace
}  // namespace inkan::daemon
