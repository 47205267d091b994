#include "policy/log/event_filter.h"

#include <gtest/gtest.h>

#include "policy/log/leaf.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

const KeyId k_key = *KeyId::from_hex("00112233445566778899aabbccddeeff");
const Serial k_serial = *Serial::parse("0a1b2c");

std::string leaf_of(const Event& event, const Identity& actor = Identity::system_job("test")) {
  const InstantMicros time = Instant(std::chrono::seconds(1'800'000'000)) + std::chrono::microseconds(42);
  return encode_leaf(event, actor, {"node", "boot", "build"}, 7, "uuid", time);
}

Identity web() {
  return Identity::authenticated("web-1", Role::web_tier, Fingerprint({}), "192.0.2.1");
}

Event issued() {
  Event event{.type = EventType::cert_issue, .target = {"certificate", k_serial.hex()}};
  event.detail = {{"serial", k_serial.hex()}};
  return event;
}

bool fits(void (*set)(EventFilter&), const std::string& leaf) {
  EventFilter filter;
  set(filter);
  return filter.matches(leaf);
}

TEST(EventFilter, TakesEverythingWhenNothingIsAsked) {
  EXPECT_TRUE(EventFilter{}.matches(leaf_of({.type = EventType::selftest})));
}

TEST(EventFilter, KnowsTheActorFromEveryOtherId) {
  const auto wants_web = [](EventFilter& f) { f.actor = "web-1"; };
  EXPECT_TRUE(fits(wants_web, leaf_of(issued(), web())));
  EXPECT_FALSE(fits(wants_web, leaf_of(issued())));
  Event granted{.type = EventType::role_grant, .target = {"operator", "web-1"}};  // to whom, not by whom
  EXPECT_FALSE(fits(wants_web, leaf_of(granted)));
  EXPECT_FALSE(fits([](EventFilter& f) { f.actor = "web"; }, leaf_of(issued(), web())));
  const auto odd = Identity::authenticated("a\"b\\", Role::auditor, Fingerprint({}), "");
  EXPECT_TRUE(fits([](EventFilter& f) { f.actor = "a\"b\\"; }, leaf_of(issued(), odd)));
}

TEST(EventFilter, TakesATypeOrABeginningThatEndsInADot) {
  const auto leaf = leaf_of(issued());
  EXPECT_TRUE(fits([](EventFilter& f) { f.type = "cert.issue"; }, leaf));
  EXPECT_TRUE(fits([](EventFilter& f) { f.type = "cert."; }, leaf));
  EXPECT_FALSE(fits([](EventFilter& f) { f.type = "cert"; }, leaf));
  EXPECT_FALSE(fits([](EventFilter& f) { f.type = "cert.iss"; }, leaf));
  EXPECT_FALSE(fits([](EventFilter& f) { f.type = "crl."; }, leaf));
  Event inner{.type = EventType::token_event};
  inner.detail = {{"type", "cert.issue"}};  // a member of that name elsewhere
  EXPECT_FALSE(fits([](EventFilter& f) { f.type = "cert.issue"; }, leaf_of(inner)));
}

TEST(EventFilter, TakesAnOutcome) {
  const auto denied = leaf_of({.type = EventType::request_denied, .outcome = "denied"});
  EXPECT_TRUE(fits([](EventFilter& f) { f.outcome = "denied"; }, denied));
  EXPECT_FALSE(fits([](EventFilter& f) { f.outcome = "success"; }, denied));
}

TEST(EventFilter, TakesTheSerialOfTheTargetOnly) {
  const auto wants = [](EventFilter& f) { f.serial = k_serial; };
  EXPECT_TRUE(fits(wants, leaf_of(issued())));
  Event token{.type = EventType::token_login, .target = {"token", "ca"}};
  token.detail = {{"serial", k_serial.hex()}};  // a token's serial
  EXPECT_FALSE(fits(wants, leaf_of(token)));
  Event longer{.type = EventType::cert_issue, .target = {"certificate", k_serial.hex() + "00"}};
  EXPECT_FALSE(fits(wants, leaf_of(longer)));
}

TEST(EventFilter, TakesAKeyThatIsTargetOrNamed) {
  const auto wants = [](EventFilter& f) { f.key = k_key; };
  Event intent = issued();
  intent.detail["key_id"] = k_key.hex();
  EXPECT_TRUE(fits(wants, leaf_of(intent)));
  EXPECT_TRUE(fits(wants, leaf_of({.type = EventType::key_generate, .target = {"key", k_key.hex()}})));
  Event other = issued();
  other.detail["tbs_sha256"] = k_key.hex();
  EXPECT_FALSE(fits(wants, leaf_of(other)));
}

TEST(EventFilter, WantsAllThatIsSet) {
  const auto leaf = leaf_of(issued(), web());
  EventFilter filter{.actor = "web-1", .type = "cert.", .outcome = "success", .serial = k_serial, .key = {}};
  EXPECT_TRUE(filter.matches(leaf));
  filter.key = k_key;
  EXPECT_FALSE(filter.matches(leaf));
}

TEST(EventFilter, RefusesOctetsThatAreNoLeaf) {
  EventFilter filter{.actor = {}, .type = "a", .outcome = {}, .serial = {}, .key = {}};
  EXPECT_THROW(filter.matches("[\"type\":\"a\""), Error);
}

TEST(Leaf, TellsItsCertificateAndItsTime) {
  EXPECT_EQ(certificate_in(leaf_of(issued())), k_serial);
  EXPECT_EQ(certificate_in(leaf_of({.type = EventType::selftest, .target = {"key", k_serial.hex()}})),
            std::nullopt);
  EXPECT_EQ(to_rfc3339(time_in(leaf_of(issued()))), "2027-01-15T08:00:00.000042Z");
}

}  // namespace
}  // namespace inkan::policy
