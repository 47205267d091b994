#include "policy/log/reconciliation.h"

#include <gtest/gtest.h>

namespace inkan::policy {
namespace {

using nlohmann::json;

constexpr const char* k_run = "run-2";
constexpr const char* k_key = "00ff";

// Leaves as the daemon writes them, cut down to what the books read.
class Books {
 public:
  explicit Books(std::string run = k_run) : run_(std::move(run)) {}

  std::optional<Posting> add(const std::string& type, json detail, const std::string& target = "",
                             const std::string& run = k_run) {
    const json leaf = {{"index", next_},
                       {"type", type},
                       {"time", "2026-11-26T01:02:03.500000Z"},
                       {"detail", std::move(detail)},
                       {"boot_id", run},
                       {"target", {{"id", target}}}};
    return books.append(next_++, as_bytes(leaf.dump()));
  }
  LeafIndex intent(const std::string& purpose, const std::string& serial = "",
                   const std::string& run = k_run) {
    json detail = {{"key_id", k_key}, {"purpose", purpose}};
    if (!serial.empty()) detail["serial"] = serial;
    add("sign.intent", detail, "", run);
    return next_ - 1;
  }
  void skip() { ++next_; }
  const KeyAccount& account() { return books.accounts().at(k_key); }
  void expect_one_difference(const std::string& words) {
    ASSERT_EQ(books.differences_found(), 1u) << (books.differences().empty() ? "" : books.differences()[0]);
    EXPECT_NE(books.differences()[0].find(words), std::string::npos) << books.differences()[0];
  }
  void expect_agreement() { EXPECT_EQ(books.differences_found(), 0u) << books.differences()[0]; }

 private:
  std::string run_;
  LeafIndex next_ = 0;

 public:
  Reconciliation books{run_};
};

TEST(Reconciliation, AddsUpEveryKindOfOutcome) {
  Books b;
  const auto certificate = b.intent("certificate", "0a"), crl = b.intent("crl"), canary = b.intent("canary");
  const auto failed = b.intent("certificate", "0b"), possible = b.intent("certificate", "0c");
  const auto open = b.intent("certificate", "0d");
  const auto issued = b.add("cert.issue", {{"intent", certificate}, {"sha256", "aa"}, {"tries", 3}}, "0a");
  const auto listed =
      b.add("crl.issue", {{"intent", crl}, {"number", 7}, {"sha256", "bb"}, {"tries", 1}}, "issuing");
  EXPECT_FALSE(b.add("selftest", {{"intent", canary}, {"name", "canary"}}));
  EXPECT_FALSE(b.add("selftest", {{"name", "of another kind"}}));
  EXPECT_EQ(b.add("sign.failed", {{"intent", failed}, {"tries", 2}}, "0b")->kind, Posting::Kind::failed);
  EXPECT_EQ(b.add("sign.possible", {{"intent", possible}, {"tries", 0}}, "0c")->kind,
            Posting::Kind::possible);
  const auto late = b.add("sign.late", {{"intent", possible}, {"sha256", "cc"}});
  b.books.open_intent(open, k_key);
  b.books.append(CheckpointIntent{k_key, CheckpointIntent::Outcome::made, 1, true});
  b.books.finish();
  b.expect_agreement();

  EXPECT_EQ(issued->id, "0a");
  EXPECT_EQ(issued->intent, certificate);
  EXPECT_EQ(listed->number, 7u);
  EXPECT_EQ(listed->id, "issuing");
  EXPECT_EQ(late->id, "0c");
  EXPECT_EQ(late->sha256, "cc");
  const auto& account = b.account();
  EXPECT_EQ(account.intents, 7u);
  EXPECT_EQ(account.outcomes(), 6u);
  EXPECT_EQ(account.open, 1u);
  EXPECT_EQ(account.late, 1u);
  EXPECT_EQ(account.retries, 3u);
}

TEST(Reconciliation, TellsARevocationByItsSecond) {
  Books b;
  const auto revoked = b.add("cert.revoke", {{"serial", "0a"}, {"reason", "superseded"}}, "0a");
  EXPECT_EQ(revoked->kind, Posting::Kind::revocation);
  EXPECT_EQ(revoked->reason, "superseded");
  EXPECT_EQ(to_rfc3339(revoked->time), "2026-11-26T01:02:03Z");
}

LeafIndex responses(Books& b, std::uint64_t count) {
  b.add("sign.intent", {{"key_id", k_key}, {"purpose", "ocsp"}, {"count", count}}, "", k_run);
  return b.books.leaves() - 1;
}

TEST(Reconciliation, CountsABatchOfResponsesOneByOne) {
  Books b;
  const auto of = responses(b, 5);
  b.add("ocsp.sign", {{"intent", of}, {"count", 2}, {"failed", 2}, {"possible", 1}, {"retries", 3}});
  b.books.finish();
  b.expect_agreement();
  EXPECT_EQ(b.account().intents, 5u);
  EXPECT_EQ(b.account().ocsp, 2u);
  EXPECT_EQ(b.account().failed, 2u);
  EXPECT_EQ(b.account().possible, 1u);
  EXPECT_EQ(b.account().run_retries, 3u);
  EXPECT_EQ(b.account().outcomes(), 5u);
}

TEST(Reconciliation, FindsResponsesThatNoIntentNames) {
  Books more;
  more.add("ocsp.sign",
           {{"intent", responses(more, 1)}, {"count", 2}, {"failed", 0}, {"possible", 0}, {"retries", 0}});
  more.expect_one_difference("tells of other responses than the 1");
  Books wide;
  responses(wide, 33);
  wide.expect_one_difference("an intent to sign 33 responses");
}

// A key that signs one thing at a time may not be allowed a thousand signatures by a number in a leaf.
TEST(Reconciliation, BelievesTheCountOfResponsesAlone) {
  Books b;
  b.add("sign.intent", {{"key_id", k_key}, {"purpose", "certificate"}, {"serial", "0a"}, {"count", 1000}}, "",
        k_run);
  b.add("cert.issue", {{"intent", 0}, {"sha256", "aa"}, {"tries", 1}}, "0a");
  b.expect_agreement();
  EXPECT_EQ(b.account().intents, 1u);
  EXPECT_EQ(b.account().run_intents, 1u);
}

TEST(Reconciliation, TellsAHoldFromItsRelease) {
  Books b;
  const auto held = b.add("cert.hold", {{"serial", "0a"}}, "0a");
  EXPECT_EQ(held->kind, Posting::Kind::hold);
  EXPECT_EQ(held->reason, "certificateHold");
  EXPECT_EQ(b.add("cert.unhold", {{"serial", "0a"}}, "0a")->kind, Posting::Kind::release);
}

TEST(Reconciliation, FindsAnIntentWithoutOutcome) {
  Books b;
  b.intent("certificate", "0a");
  b.books.finish();
  ASSERT_EQ(b.books.differences_found(), 2u);  // the intent, and the sum that does not come out
  EXPECT_NE(b.books.differences()[0].find("has no outcome and is not kept as open"), std::string::npos);
}

TEST(Reconciliation, FindsTheSecondOutcomeOfAnIntent) {
  Books b;
  const auto intent = b.intent("certificate", "0a");
  b.add("cert.issue", {{"intent", intent}}, "0a");
  b.add("cert.issue", {{"intent", intent}}, "0a");
  b.books.finish();
  b.expect_one_difference("has ended before or never was");
}

TEST(Reconciliation, FindsAnOutcomeWithoutIntent) {
  Books b;
  b.add("crl.issue", {{"intent", 40}, {"number", 1}}, "issuing");
  b.expect_one_difference("intent 40");
}

TEST(Reconciliation, FindsAnOutcomeOfAnotherPurposeOrSerial) {
  Books purpose, serial;
  purpose.add("cert.issue", {{"intent", purpose.intent("crl")}}, "0a");
  purpose.expect_one_difference("whose purpose is crl");
  serial.add("cert.issue", {{"intent", serial.intent("certificate", "0a")}}, "0b");
  serial.expect_one_difference("another serial number");
}

TEST(Reconciliation, FindsALateSignatureOfWhatWasNotPossiblySigned) {
  Books b;
  const auto intent = b.intent("certificate", "0a");
  b.add("cert.issue", {{"intent", intent}}, "0a");
  b.add("sign.late", {{"intent", intent}, {"sha256", "aa"}});
  b.expect_one_difference("was not possibly signed");
}

TEST(Reconciliation, FindsAnEndedIntentThatIsKeptAsOpenAndOneOfAnotherKey) {
  Books ended, foreign;
  const auto intent = ended.intent("canary");
  ended.add("selftest", {{"intent", intent}});
  ended.books.open_intent(intent, k_key);
  ended.expect_one_difference("is kept as open");
  foreign.books.open_intent(foreign.intent("canary"), "0123");
  foreign.expect_one_difference("its leaf names key 00ff");
}

TEST(Reconciliation, FindsMissingLeavesAndOnesInTheWrongPlace) {
  Books missing;
  missing.skip();
  missing.skip();
  missing.add("log.start", json::object());
  missing.expect_one_difference("leaf 0 to 1 are missing");
  Books moved;
  moved.books.append(0, as_bytes(R"({"index":5,"type":"log.start"})"));
  moved.expect_one_difference("not a leaf of that index");
  Books damaged;
  damaged.books.append(0, as_bytes(R"({"index":0,"type":"sign.intent"})"));
  damaged.books.append(1, as_bytes("{"));
  EXPECT_EQ(damaged.books.differences_found(), 2u);
}

TEST(Reconciliation, AllowsWhatThisRunRecordedAndItsRetriesAndNoMore) {
  const auto books_with = [](std::uint64_t signatures) {
    Books b;
    b.add("cert.issue", {{"intent", b.intent("certificate", "0a", "run-1")}, {"tries", 5}}, "0a", "run-1");
    b.add("cert.issue", {{"intent", b.intent("certificate", "0b")}, {"tries", 2}}, "0b");
    b.books.append(CheckpointIntent{k_key, CheckpointIntent::Outcome::made, 1, false});
    b.books.append(CheckpointIntent{k_key, CheckpointIntent::Outcome::failed, 2, true});
    b.books.finish();
    b.books.signatures(k_key, signatures);
    return b.books;
  };
  EXPECT_EQ(books_with(4).differences_found(), 0u);
  EXPECT_EQ(books_with(5).differences_found(), 1u);
  EXPECT_NE(books_with(5).differences()[0].find("signed 5 times"), std::string::npos);
}

TEST(Reconciliation, FindsAKeyThatSignedWithoutAnyIntent) {
  Books b;
  b.books.signatures("0bad", 1);
  b.expect_one_difference("key 0bad signed 1 times");
}

TEST(Reconciliation, KeepsTheFirstHundredDifferencesAndCountsThemAll) {
  Reconciliation books("");
  for (int i = 0; i < 1000; ++i) books.differ("one more");
  EXPECT_EQ(books.differences().size(), 100u);
  EXPECT_EQ(books.differences_found(), 1000u);
}

}  // namespace
}  // namespace inkan::policy
