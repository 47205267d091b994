#include "policy/log/story/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/story_reading.h"

namespace inkan::policy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using Reading = test::StoryReading;

constexpr const char* k_serial = "0a0102030405060708090a0b0c0d0e0f101112";
const std::string k_hash(64, 'b');

TEST(Story, AnHonestLogHolds) {
  Reading r;
  const auto serial = r.log.issue();
  r.log.revoke(serial);
  r.log.crl();
  const auto failed = r.log.intent(k_serial, k_hash);
  r.log.append(r.log.unsigned_event(EventType::sign_failed, failed, k_serial));
  EXPECT_THAT(r.end(), IsEmpty());
  const auto& counts = r.story.signings().counts();
  EXPECT_EQ(counts.certificates, 2u);
  EXPECT_EQ(counts.crls, 2u);
  EXPECT_EQ(counts.failed, 1u);
  EXPECT_EQ(counts.revocations, 1u);
  EXPECT_EQ(r.story.runs().count(), 3u);
  EXPECT_EQ(r.story.keys().all().size(), 2u);
  for (const auto& [id, key] : r.story.keys().all())
    EXPECT_EQ(key.intents, key.done + key.failed + key.possible + key.open);
  EXPECT_THAT(r.story.unknown(), IsEmpty());
}

TEST(Story, TakesShardsForCrlsOfTheirAuthority) {
  Reading r;
  r.log.shard_crl(1, 1);
  r.log.shard_crl(2, 2);
  r.log.issue(2);
  r.log.crl();
  r.log.shard_crl(2, 2);
  EXPECT_THAT(r.end(), IsEmpty());
  EXPECT_EQ(r.story.signings().counts().crls, 5u);
  EXPECT_THAT(r.story.signings().crl_numbers(), testing::ElementsAre(testing::Pair("issuing", 5u)));
  EXPECT_THAT(r.story.unknown(), IsEmpty());
}

TEST(Story, NamesAnIntentThatIsOpenAndCallsItNoFault) {
  Reading r;
  const auto open = r.log.intent(k_serial, k_hash);
  EXPECT_THAT(r.end(), IsEmpty());
  ASSERT_EQ(r.story.signings().open().size(), 1u);
  EXPECT_EQ(r.story.signings().open().at(open), std::string("certificate ") + k_serial);
}

TEST(Story, AWholePossiblySignedCertificateHolds) {
  Reading r;
  const auto of = r.log.intent(k_serial, k_hash);
  r.log.append(r.log.unsigned_event(EventType::sign_possible, of, k_serial));
  r.log.revoke(k_serial);
  r.log.append(r.log.late(of));
  EXPECT_THAT(r.end(), IsEmpty());
  EXPECT_EQ(r.story.signings().counts().possible, 1u);
  EXPECT_EQ(r.story.signings().counts().late, 1u);
}

TEST(Story, KeepsAndCountsWhatItDoesNotKnow) {
  Reading r;
  Event event{.type = EventType::selftest};
  event.detail = {{"count", 3}};
  r.log.append_as("cmp.sign", event);
  Event known{.type = EventType::daemon_stop};
  known.detail = {{"mood", "fine"}};
  r.log.append(known);
  EXPECT_THAT(r.end(), IsEmpty());
  EXPECT_EQ(r.story.unknown().at("cmp.sign"), 1u);
  EXPECT_EQ(r.story.unknown().at("daemon.stop.mood"), 1u);
  EXPECT_EQ(r.story.types().at("cmp.sign"), 1u);
}

// A purpose of a later version has an outcome of a later version.
TEST(Story, ClosesAnUnknownPurposeByAnUnknownOutcome) {
  Reading r;
  Event intent{.type = EventType::sign_intent};
  intent.detail = {{"purpose", "cmp"}, {"key_id", r.log.ca_key()}, {"tbs_sha256", k_hash}};
  Event outcome{.type = EventType::selftest};
  outcome.detail = {{"intent", r.log.append(intent)}};
  r.log.append_as("cmp.sign", outcome);
  EXPECT_THAT(r.end(), IsEmpty());
  EXPECT_THAT(r.story.signings().open(), IsEmpty());
}

TEST(Story, ClosesTheIntentOfATranscript) {
  Reading r(false);
  r.log.append(r.log.transcript(r.log.evidence_intent(k_hash), k_hash));
  EXPECT_THAT(r.end(), IsEmpty());
  EXPECT_THAT(r.story.signings().open(), IsEmpty());
  EXPECT_EQ(r.story.signings().counts().evidence, 1u);
}

TEST(Story, ReadsARunAfterACrash) {
  Reading r;
  r.log.begin_run();
  const auto head = r.log.head();
  Event crash{.type = EventType::daemon_crash, .outcome = "failure"};
  crash.detail = {{"last_index", head.size - 1}};
  r.log.append(crash);
  r.log.start_at(head.size, head.root);
  EXPECT_THAT(r.end(), IsEmpty());
  EXPECT_EQ(r.story.runs().crashes(), 1u);
}

// Each row breaks one law; the words are those of the fault that it must give.
struct Broken {
  const char* name;
  const char* words;
  std::function<void(test::LogStory&)> how;
};

std::vector<Broken> broken_logs() {
  using Log = test::LogStory;
  return {
      {"outcome without intent", "no open intent", [](Log& l) { l.append(l.outcome(5, k_serial, k_hash)); }},
      {"outcome of nothing", "no open intent",
       [](Log& l) {
         auto event = l.outcome(5, k_serial, k_hash);
         event.detail.erase("intent");
         l.append(event);
       }},
      {"second outcome", "no open intent",
       [](Log& l) {
         const auto of = l.intent(k_serial, k_hash);
         l.append(l.outcome(of, k_serial, k_hash));
         l.append(l.outcome(of, k_serial, k_hash));
       }},
      {"outcome of another kind", "an outcome of a certificate for an intent of a crl",
       [](Log& l) {
         Event intent{.type = EventType::sign_intent, .target = {"authority", "issuing"}};
         intent.detail = {{"purpose", "crl"}, {"key_id", l.ca_key()}, {"tbs_sha256", k_hash}, {"number", 99}};
         l.append(l.outcome(l.append(intent), k_serial, k_hash));
       }},
      {"another serial", "but the intent is for",
       [](Log& l) { l.append(l.outcome(l.intent(k_serial, k_hash), "0b01", k_hash)); }},
      {"another profile", "another profile",
       [](Log& l) {
         auto event = l.outcome(l.intent(k_serial, k_hash), k_serial, k_hash);
         event.profile_sha256 = std::string(64, 'd');
         l.append(event);
       }},
      {"serial twice", "was used before",
       [](Log& l) {
         l.append(l.outcome(l.intent(k_serial, k_hash), k_serial, k_hash));
         l.append(l.outcome(l.intent(k_serial, k_hash), k_serial, k_hash));
       }},
      {"no serial", "without its serial", [](Log& l) { l.intent("", k_hash); }},
      {"no hash of what is signed", "without the hash", [](Log& l) { l.intent(k_serial, "ab"); }},
      {"late without possible", "not possibly signed before",
       [](Log& l) { l.append(l.late(l.intent(k_serial, k_hash))); }},
      {"late twice", "a second late signature",
       [](Log& l) {
         const auto of = l.intent(k_serial, k_hash);
         l.append(l.unsigned_event(EventType::sign_possible, of, k_serial));
         l.revoke(k_serial);
         l.append(l.late(of));
         l.append(l.late(of));
       }},
      {"possible, not revoked", "is not revoked",
       [](Log& l) {
         l.append(l.unsigned_event(EventType::sign_possible, l.intent(k_serial, k_hash), k_serial));
       }},
      {"revoked twice", "was revoked before",
       [](Log& l) {
         const auto serial = l.issue();
         l.revoke(serial);
         l.revoke(serial);
       }},
      {"on hold after it was revoked", "was revoked before",
       [](Log& l) {
         const auto serial = l.issue();
         l.revoke(serial);
         l.hold(serial);
       }},
      {"on hold twice", "put on hold twice",
       [](Log& l) {
         const auto serial = l.issue();
         l.hold(serial);
         l.hold(serial);
       }},
      {"released, and not on hold", "was not on hold", [](Log& l) { l.hold(l.issue(), false); }},
      {"released after it was revoked for good", "was revoked before",
       [](Log& l) {
         const auto serial = l.issue();
         l.hold(serial);
         l.revoke(serial);
         l.hold(serial, false);
       }},
      {"possible, and only on hold", "is not revoked",
       [](Log& l) {
         l.append(l.unsigned_event(EventType::sign_possible, l.intent(k_serial, k_hash), k_serial));
         l.hold(k_serial);
       }},
      {"revocation of a stranger", "never gave out", [](Log& l) { l.revoke("0c01"); }},
      {"key of nowhere", "was not born",
       [](Log& l) {
         Event intent{.type = EventType::sign_intent};
         intent.detail = {{"purpose", "canary"}, {"key_id", std::string(32, 'e')}, {"tbs_sha256", k_hash}};
         l.append(intent);
       }},
      {"key of another purpose", "is used for certificate",
       [](Log& l) {
         const auto key = l.birth("ledger", "Ed25519");
         Event intent = l.certificate_event(EventType::sign_intent, k_serial);
         intent.detail = {
             {"purpose", "certificate"}, {"key_id", key}, {"tbs_sha256", k_hash}, {"serial", k_serial}};
         l.append(intent);
       }},
      {"key twice", "was born before",
       [](Log& l) {
         Event event{.type = EventType::key_generate};
         event.detail = {{"key_id", l.ca_key()},  {"cka_id", l.ca_key()},
                         {"alg", "P-256"},        {"bits", 256},
                         {"purpose", "ca"},       {"attrs", {{"CKA_SENSITIVE", true}}},
                         {"spki_sha256", k_hash}, {"ceremony_id", "x"}};
         l.append(event);
         l.append([&] {
           Event e{.type = EventType::ceremony_step};
           e.detail = {{"ceremony_id", "x"}, {"step", "s"}, {"result", "done"}};
           return e;
         }());
       }},
      {"key without ceremony", "no ceremony.step tells",
       [](Log& l) {
         Event event{.type = EventType::key_generate};
         event.detail = {{"key_id", std::string(32, 'f')},
                         {"cka_id", std::string(32, 'f')},
                         {"alg", "P-256"},
                         {"bits", 256},
                         {"purpose", "ca"},
                         {"attrs", {{"CKA_SENSITIVE", true}}},
                         {"spki_sha256", k_hash},
                         {"ceremony_id", "nowhere"}};
         l.append(event);
       }},
      {"transcript of another text", "the transcript is not what its intent names",
       [](Log& l) { l.append(l.transcript(l.evidence_intent(k_hash), std::string(64, 'e'))); }},
      {"transcript without intent", "no open intent", [](Log& l) { l.append(l.transcript(5, k_hash)); }},
      {"CA certificate of nowhere", "not the certificate issued last",
       [](Log& l) {
         Event event{.type = EventType::ca_issue};
         event.detail = {{"sha256", k_hash}};
         l.append(event);
       }},
      {"CRL number again", "does not follow", [](Log& l) { l.crl(1, 1); }},
      {"CRL number again, by a shard", "does not follow", [](Log& l) { l.crl(1, 1, 2, 2); }},
      {"CRL of another shard", "a CRL of shard 3 was issued, but the intent is for 2",
       [](Log& l) { l.shard_crl(2, 3); }},
      {"full CRL for an intent of a shard's", "a CRL of shard 0 was issued, but the intent is for 2",
       [](Log& l) { l.shard_crl(2, 0); }},
      {"shard that has no CRL", "it names a CRL that was never issued, that of shard 2",
       [](Log& l) {
         l.shard_crl(1, 1);
         l.issue(2);
         l.shard_crl(2, 2);
       }},
      {"CRL of another number", "but the intent is for", [](Log& l) { l.crl(7, 8); }},
      {"time goes back", "is before that of the leaf before it",
       [](Log& l) {
         l.go_back(std::chrono::seconds(2));
         l.issue();
       }},
      {"run without start", "begins without log.start",
       [](Log& l) {
         l.begin_run();
         l.issue();
       }},
      {"run over a crash", "no daemon.crash says so",
       [](Log& l) {
         l.begin_run();
         l.start();
       }},
      {"start of another size", "another tree size",
       [](Log& l) {
         l.append({.type = EventType::log_stop});
         l.begin_run();
         l.start_at(3, l.head().root);
       }},
      {"start of another root", "another root",
       [](Log& l) {
         l.append({.type = EventType::log_stop});
         l.begin_run();
         l.start_at(l.head().size, sha256(BytesView{}));
       }},
      {"crash of another place", "right after the last leaf",
       [](Log& l) {
         l.begin_run();
         const auto head = l.head();
         Event crash{.type = EventType::daemon_crash, .outcome = "failure"};
         crash.detail = {{"last_index", 3}};
         l.append(crash);
         l.start_at(head.size, head.root);
       }},
      {"leaf after the stop", "follows its log.stop",
       [](Log& l) {
         l.append({.type = EventType::log_stop});
         l.issue();
       }},
      {"signing over an open intent", "of an earlier run was open",
       [](Log& l) {
         l.intent(k_serial, k_hash);
         l.append({.type = EventType::log_stop});
         l.begin_run();
         l.start();
         l.issue();
       }},
      {"outcome of no kind", "none of success",
       [](Log& l) { l.append({.type = EventType::daemon_stop, .outcome = "maybe"}); }},
      {"checkpoint of the future", "covers more leaves than there were",
       [](Log& l) {
         Event event{.type = EventType::log_checkpoint};
         event.detail = {{"size", 9999}, {"root", k_hash}, {"key_id", "a"}, {"cosigners", {"w"}}};
         l.append(event);
       }},
      {"field missing", "token.login without firmware",
       [](Log& l) {
         Event event{.type = EventType::token_login};
         event.detail = {{"label", "a"}, {"login", 1}, {"pin", "file"}, {"serial", "b"}};
         l.append(event);
       }},
  };
}

TEST(Story, FindsEachBrokenLaw) {
  for (const auto& broken : broken_logs()) {
    Reading r;
    broken.how(r.log);
    const auto faults = r.end();
    EXPECT_THAT(faults, testing::Contains(HasSubstr(broken.words))) << broken.name;
    EXPECT_LE(faults.size(), 2u) << broken.name << ": one broken law, not a shower\n"
                                 << testing::PrintToString(faults);
  }
}

TEST(Story, ReadsNoLeafOfAnotherVersion) {
  Reading r;
  r.read(r.log.head().size, R"({"index":99,"type":"cert.issue","v":2})");
  EXPECT_THAT(r.end(), testing::ElementsAre(HasSubstr("version 2")));
}

TEST(Story, FindsAnIdThatIsNotOfItsTime) {
  Reading r;
  const std::string leaf =
      R"({"actor":{"id":"a","role":"system"},"boot_id":"x","build":"0","id":"00000000-0000-7000-8000-000000000000",)"
      R"("index":99,"node":"n","outcome":"success","time":"2030-01-01T00:00:00.000000Z","type":"note","v":1})";
  r.read(r.log.head().size, leaf);
  EXPECT_THAT(r.end(), testing::Contains(HasSubstr("not a UUIDv7 of its time")));
}

// What a leaf holds must not steer the terminal of the one who reads the report.
TEST(Faults, HoldNoControlCharacters) {
  Faults faults;
  faults.add("leaf\n1", std::string("a\x1b[2J") + std::string(1000, 'x'));
  EXPECT_EQ(faults.kept()[0].place, "leaf?1");
  EXPECT_EQ(faults.kept()[0].what.substr(0, 3), "a?[");
  EXPECT_LE(faults.kept()[0].what.size(), 403u);
  for (int i = 0; i < 100; ++i) faults.add("x", "y");
  EXPECT_EQ(faults.kept().size(), Faults::k_kept);
  EXPECT_EQ(faults.count(), 101u);
}

}  // namespace
}  // namespace inkan::policy
