#include "policy/log/story/approvals.h"

#include <gmock/gmock.h>

#include "policy/dual_control/act.h"
#include "policy/dual_control/ceremony.h"
#include "tests/support/control_story.h"

namespace inkan::policy {
namespace {

using test::Control;
using test::officer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Approvals, OfAnHonestLogAreGood) {
  Control log;
  log.stop();
  log.approved("a");
  log.start("a");
  log.stop(officer("o3"));
  log.ask("b");
  log.vote("b", officer("o1"));
  log.vote("b", officer("o2"), "refuse");
  log.vote("b", officer("o3"), "refuse");
  log.close("b", "refused");
  EXPECT_THAT(log.end(), IsEmpty());
  EXPECT_EQ(log.story.approvals().asked(), 2u);
  EXPECT_EQ(log.story.approvals().approved(), 1u);
}

TEST(Approvals, WithTooFewVotesAreFound) {
  Control one;
  one.ask("a");
  one.vote("a", officer("o1"));
  one.close("a", "approved");
  EXPECT_THAT(one.end(), ElementsAre(HasSubstr("approved by 1 votes, where 2 are needed")));
  Control twice;
  twice.ask("a");
  twice.vote("a", officer("o1"));
  twice.vote("a", officer("o1"));
  twice.close("a", "approved");
  EXPECT_THAT(twice.end(),
              ElementsAre(HasSubstr("has voted on it before"), HasSubstr("approved by 1 votes")));
  Control refused;
  refused.ask("a");
  refused.vote("a", officer("o1"));
  refused.vote("a", officer("o2"), "refuse");
  refused.close("a", "approved");
  EXPECT_THAT(refused.end(), ElementsAre(HasSubstr("approved by 1 votes")));
  Control alone;
  alone.ask("a", 1);
  EXPECT_THAT(alone.end(), ElementsAre(HasSubstr("one vote is enough")));
}

TEST(Approvals, OfOthersThanOfficersAreFound) {
  Control log;
  log.stop(officer("w", Role::web_tier));
  log.ask("a", 2, officer("w", Role::web_tier));
  log.vote("a", officer("b", Role::bank_staff));
  EXPECT_THAT(log.end(), testing::Each(HasSubstr("by somebody who was never made one")));
  EXPECT_EQ(log.faults.count(), 3u);
  Control unknown;
  unknown.ask("a");
  unknown.vote("a", officer("o1"));
  unknown.vote("a", officer("o4"));
  EXPECT_THAT(unknown.end(), ElementsAre(HasSubstr("by somebody who was never made one")));
  Control other_key;
  other_key.ask("a");
  other_key.vote("a", officer("o1"), "approve", "o2");
  EXPECT_THAT(other_key.end(), ElementsAre(HasSubstr("for another key")));
}

TEST(Approvals, ThatDidNothingOrTwiceAreFound) {
  Control none;
  none.stop();
  none.start("a");
  EXPECT_THAT(none.end(), ElementsAre(HasSubstr("an approval that nobody asked for")));
  Control early;
  early.ask("a");
  early.vote("a", officer("o1"));
  early.start("a");
  EXPECT_THAT(early.end(), ElementsAre(HasSubstr("without an approval of its own")));
  Control twice;
  twice.approved("a");
  twice.start("a");
  twice.stop();
  twice.start("a");
  EXPECT_THAT(twice.end(), ElementsAre(HasSubstr("without an approval of its own")));
}

TEST(Approvals, OfRolesAreOnesOfTheirOwn) {
  Control good;
  good.approved("a", ActKind::grant_role);
  good.grant("o4", Role::security_officer, "a");
  good.ask("b");
  good.vote("b", officer("o4"));
  good.vote("b", officer("o1"));
  good.close("b", "approved");
  good.start("b");
  good.approved("c", ActKind::revoke_role);
  good.end("o4", "c");
  EXPECT_THAT(good.end(), IsEmpty());
  Control none;
  none.grant("o4", Role::security_officer);
  EXPECT_THAT(none.end(), ElementsAre(HasSubstr("an approval that nobody asked for")));
  Control another;
  another.approved("a", ActKind::revoke_role);
  another.grant("w2", Role::web_tier, "a");
  EXPECT_THAT(another.end(), ElementsAre(HasSubstr("role.grant without an approval of its own")));
  Control twice;
  twice.approved("a", ActKind::grant_role);
  twice.grant("w2", Role::web_tier, "a");
  twice.grant("w3", Role::web_tier, "a");
  EXPECT_THAT(twice.end(), ElementsAre(HasSubstr("role.grant without an approval of its own")));
  Control ended;
  ended.end("o3", "nothing");
  EXPECT_THAT(ended.end(), ElementsAre(HasSubstr("an approval that nobody asked for")));
}

TEST(Approvals, OfRulesAreOnesOfTheirOwn) {
  const auto profile = [](Control& log, const std::string& request) {
    Event event{.type = EventType::profile_change, .target = {"profile", "p"}};
    event.detail = {{"profile", "p"}, {"version", 2}, {"old", ""}, {"new", ""}};
    if (!request.empty()) event.detail["request"] = request;
    log.log.append(event);
  };
  const auto blocked = [](Control& log, const std::string& request) {
    Event event{.type = EventType::blocklist_change};
    event.detail = {{"added", 1}, {"removed", 0}, {"size", 1}, {"sha256", ""}, {"request", request}};
    log.log.append(event);
  };
  Control good;
  good.approved("a", ActKind::change_profile);
  profile(good, "a");
  good.approved("b", ActKind::change_blocklist);
  blocked(good, "b");
  EXPECT_THAT(good.end(), IsEmpty());
  Control silent;
  profile(silent, "");
  EXPECT_THAT(silent.end(), ElementsAre(HasSubstr("an approval that nobody asked for")));
  Control crossed;
  crossed.approved("a", ActKind::change_profile);
  blocked(crossed, "a");
  EXPECT_THAT(crossed.end(), ElementsAre(HasSubstr("blocklist.change without an approval of its own")));
}

// Asked for by those who may revoke, approved by officers, and named by each leaf.
TEST(Approvals, OfManyRevocationsAreNamedByEach) {
  const auto acts = Identity::system_job("acts");
  const auto staff = officer("b", Role::bank_staff);
  const auto approve = [](Control& log, const Identity& asker) {
    log.ask("a", 2, asker, name(ActKind::revoke_certificates));
    log.vote("a", officer("o1"));
    log.vote("a", officer("o2"));
    log.close("a", "approved");
  };
  Control good;
  approve(good, staff);
  for (int i = 0; i < 3; ++i) good.revoke(good.log.issue(), "a", acts);
  good.revoke(good.log.issue(), "a", acts, EventType::cert_hold);
  good.revoke(good.log.issue(), "", staff);
  EXPECT_THAT(good.end(), IsEmpty());
  Control open;
  open.ask("a", 2, staff, name(ActKind::revoke_certificates));
  open.vote("a", officer("o1"));
  open.revoke(open.log.issue(), "a", acts);
  EXPECT_THAT(open.end(), ElementsAre(HasSubstr("cert.revoke without an approval of its own")));
  Control none;
  none.revoke(none.log.issue(), "a", acts);
  EXPECT_THAT(none.end(), ElementsAre(HasSubstr("an approval that nobody asked for")));
  Control silent;
  silent.revoke(silent.log.issue(), "", acts);
  EXPECT_THAT(silent.end(), ElementsAre(HasSubstr("no approval is named")));
  Control crossed;
  crossed.approved("a", ActKind::activate_authority);
  crossed.revoke(crossed.log.issue(), "a", acts);
  EXPECT_THAT(crossed.end(), ElementsAre(HasSubstr("cert.revoke without an approval of its own")));
  for (const auto& asker : {officer("o1"), officer("b2", Role::bank_staff), officer("b", Role::web_tier)}) {
    Control by_another;
    approve(by_another, asker);
    EXPECT_THAT(by_another.end(), ElementsAre(HasSubstr("never allowed to revoke"))) << asker.id();
  }
  Control ended;
  ended.approved("r", ActKind::revoke_role);
  ended.end("b", "r");
  approve(ended, staff);
  EXPECT_THAT(ended.end(), ElementsAre(HasSubstr("never allowed to revoke")));
}

TEST(Approvals, OfOneWhoIsNoOfficerAnyMoreAreFound) {
  Control late;
  late.approved("a", ActKind::revoke_role);
  late.end("o3", "a");
  late.ask("b");
  late.vote("b", officer("o3"));
  EXPECT_THAT(late.end(), ElementsAre(HasSubstr("by somebody who was never made one")));
  Control counted;
  counted.ask("b");
  counted.vote("b", officer("o3"));
  counted.approved("a", ActKind::revoke_role);
  counted.end("o3", "a");
  counted.vote("b", officer("o1"));
  counted.close("b", "approved");
  EXPECT_THAT(counted.end(), ElementsAre(HasSubstr("approved by 1 votes")));
  Control old_key;
  old_key.approved("a", ActKind::grant_role);
  old_key.grant("o3", Role::security_officer, "a", "o3-new");
  old_key.ask("b");
  old_key.vote("b", officer("o3"));
  EXPECT_THAT(old_key.end(), ElementsAre(HasSubstr("for another key")));
}

TEST(Approvals, OnAnotherPlanAreFound) {
  Control log;
  log.ask("a");
  log.vote("a", officer("o1"), "approve", "", std::string(64, '1'));
  EXPECT_THAT(log.end(), ElementsAre(HasSubstr("a vote on another plan")));
}

TEST(Approvals, OfACeremonyComeBeforeItsKeys) {
  Control good(false);
  good.ask_for_ceremony("c");
  good.vote("c", officer("o1"));
  good.vote("c", officer("o2"));
  good.close("c", "approved");
  good.key("c", '1');
  good.step("c", k_ceremony_start);
  good.step("c", "done");
  EXPECT_THAT(good.end(), IsEmpty());
  Control early(false);
  early.ask_for_ceremony("c");
  early.vote("c", officer("o1"));
  early.key("c", '1');
  early.vote("c", officer("o2"));
  early.close("c", "approved");
  early.step("c", k_ceremony_start);
  EXPECT_THAT(early.end(), ElementsAre(HasSubstr("made in a ceremony that had not been approved")));
  Control refused;
  refused.ask_for_ceremony("c");
  refused.close("c", "refused");
  refused.step("c", k_ceremony_start);
  EXPECT_THAT(refused.end(), ElementsAre(HasSubstr("that had not been approved")));
}

TEST(Approvals, OfACeremonyAreForOne) {
  Control log;
  log.ask_for_ceremony("c");
  log.vote("c", officer("o1"));
  log.vote("c", officer("o2"));
  log.close("c", "approved");
  log.step("c", k_ceremony_start);
  log.step("c", k_ceremony_start);
  EXPECT_THAT(log.end(), ElementsAre(HasSubstr("one approval was used for two ceremonies")));
}

// A job of the daemon asks for a ceremony, and for nothing else.
TEST(Approvals, AreNotAskedForByTheSystem) {
  Control log;
  log.ask("a", 2, Identity::system_job("setup"));
  EXPECT_THAT(log.end(), ElementsAre(HasSubstr("by somebody who was never made one")));
}

TEST(Approvals, ThatWereClosedStaySo) {
  Control log;
  log.ask("a");
  log.close("a", "void");
  log.vote("a", officer("o1"));
  log.close("a", "approved");
  log.ask("a");
  EXPECT_THAT(log.end(), ElementsAre(HasSubstr("that was closed"), HasSubstr("a second result"),
                                     HasSubstr("approved by 1 votes"), HasSubstr("was asked for before")));
}

TEST(Approvals, CarryOutWhatTheyWereFor) {
  Control log;
  log.approved("a", ActKind::roll_over);
  log.step("a", "begin");
  log.key("a", 'a');
  log.activate("a");
  log.approved("b", ActKind::activate_authority);
  log.activate("b");
  EXPECT_THAT(log.end(), IsEmpty());
}

TEST(Approvals, ForSomethingElseAreFound) {
  Control another;
  another.approved("a", ActKind::retire_authority);
  another.activate("a");
  EXPECT_THAT(another.end(), ElementsAre(HasSubstr("ca.activate without an approval of its own")));
  Control twice;
  twice.approved("a", ActKind::activate_authority);
  twice.activate("a");
  twice.activate("a");
  EXPECT_THAT(twice.end(), ElementsAre(HasSubstr("ca.activate without an approval of its own")));
  Control open;
  open.ask("a", 2, officer("o1"), name(ActKind::activate_authority));
  open.activate("a");
  EXPECT_THAT(open.end(), ElementsAre(HasSubstr("ca.activate without an approval of its own")));
  Control secret;  // a key that no officer asked for
  secret.key("nothing", 'a');
  secret.step("nothing", "begin");
  EXPECT_THAT(secret.end(), ElementsAre(HasSubstr("it names an approval that nobody asked for")));
}

// Callers are served while an authority is made: their certificates may come between its own and the leaf
// that tells of it.
TEST(ApprovalsStory, HasCertificatesOfCallersBetweenThoseOfAnAct) {
  const std::string sha256(64, '7');
  const auto making = [&](const std::string& told) {
    auto control = std::make_unique<Control>();
    control->ask("c", 2, officer("o1"), name(ActKind::create_authority));
    control->vote("c", officer("o1"));
    control->vote("c", officer("o2"));
    control->close("c", "approved");
    const auto serial = control->log.hex(19);
    auto issued = control->log.outcome(control->log.intent(serial, control->log.hex(32)), serial, sha256);
    issued.detail["ceremony_id"] = "c";
    control->log.append(issued);
    control->log.issue();
    Event event{.type = EventType::ca_issue, .target = {"authority", "new"}};
    event.detail = {{"ceremony_id", "c"}, {"sha256", told}};
    control->log.append(event);
    return control->end();
  };
  EXPECT_THAT(making(sha256), IsEmpty());
  EXPECT_THAT(making(std::string(64, '8')), ElementsAre(HasSubstr("not the certificate issued last")));
}

}  // namespace
}  // namespace inkan::policy
