#include "policy/log/cosignature.h"

#include <gmock/gmock.h>

#include "policy/types/error.h"
#include "tests/support/outside.h"
#include "tests/support/witnessed_log.h"

namespace inkan::policy {
namespace {

using test::k_test_day;
using test::SmallLog;
using test::SmallWitness;

std::string refusal(const std::string& key) {
  try {
    CosignatureVerifier::parse(key);
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_input);
    return error.what();
  }
}

TEST(Cosignature, TellsWhenTheWitnessSawTheNoteAndLeavesTheLogsSignatureGood) {
  const SmallLog log;
  const SmallWitness witness, other("witness.example.test/w2");
  const std::string note = log.note(7) + witness.cosign(log.note(7));
  EXPECT_EQ(witness.verifier().seen_at(note), k_test_day);
  EXPECT_EQ(other.verifier().seen_at(note), std::nullopt);
  EXPECT_EQ(witness.verifier().seen_at(log.note(7)), std::nullopt);
  EXPECT_EQ(log.verifier().open(note), log.head(7));
  const std::string both = note + other.cosign(note, k_test_day + std::chrono::seconds(5));
  EXPECT_EQ(witness.verifier().seen_at(both), k_test_day);
  EXPECT_EQ(other.verifier().seen_at(both), k_test_day + std::chrono::seconds(5));
}

TEST(Cosignature, OfAnotherNoteOrWithAnyOctetChangedIsNone) {
  const SmallLog log;
  const SmallWitness witness;
  EXPECT_EQ(witness.verifier().seen_at(log.note(8) + witness.cosign(log.note(7))), std::nullopt);
  const std::string note = log.note(7), line = witness.cosign(note);
  for (std::size_t at = 0; at < line.size(); ++at) {
    std::string changed = line;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    ASSERT_EQ(witness.verifier().seen_at(note + changed), std::nullopt) << at << ": " << changed;
  }
}

// The log's signature says nothing of time: its line under the witness's name is no cosignature.
TEST(Cosignature, IsNoPlainSignatureByTheSameKey) {
  const auto key = test::make_key(KeyAlgorithm::ed25519);
  const CosignatureVerifier witness("same.example.test", key.public_key);
  const NoteVerifier log("same.example.test", key.public_key);
  const CheckpointBody body(log.origin(), SmallLog().head(3), KeyId({}), log.algorithm());
  const auto note = log.seal(body, test::sign_message(key, log.algorithm(), body.to_be_signed()));
  EXPECT_NE(witness.key_id(), log.key_id());
  EXPECT_EQ(witness.seen_at(note), std::nullopt);
  const auto plain = test::sign_message(key, log.algorithm(), body.to_be_signed());
  EXPECT_EQ(witness.seen_at(note + witness.seal(k_test_day, plain)), std::nullopt);
}

TEST(Cosignature, OfATimeThatNoCalendarHasIsNone) {
  const SmallLog log;
  const SmallWitness witness;
  const Instant last(std::chrono::seconds(253402300799));
  EXPECT_EQ(witness.verifier().seen_at(log.note(7) + witness.cosign(log.note(7), last)), last);
  for (const auto beyond :
       {last + std::chrono::seconds(1), Instant::max(), Instant(std::chrono::seconds(-1))})
    EXPECT_EQ(witness.verifier().seen_at(log.note(7) + witness.cosign(log.note(7), beyond)), std::nullopt);
}

TEST(Cosignature, ItsKeyIsReadAsItIsWrittenAndNothingElseIs) {
  const SmallWitness witness;
  const std::string key = witness.verifier().verifier_key();
  EXPECT_EQ(CosignatureVerifier::parse(key).verifier_key(), key);
  EXPECT_THAT(refusal(SmallLog().verifier().verifier_key()), testing::HasSubstr("type 1 is not 4"));
  EXPECT_THAT(refusal("other" + key), testing::HasSubstr("key id"));
  EXPECT_THAT(refusal(key.substr(0, key.size() - 4)), testing::HasSubstr("witness key"));
  EXPECT_THAT(refusal("witness"), testing::HasSubstr("two '+'"));
  EXPECT_THROW(CosignatureVerifier("a name", test::make_key(KeyAlgorithm::ed25519).public_key), Error);
  EXPECT_THROW(CosignatureVerifier("name", test::make_key(KeyAlgorithm::ec_p256).public_key), Error);
}

TEST(Cosignature, VerifiesByOpenssl) {
  const SmallLog log;
  const SmallWitness witness;
  const std::string note = log.note(7), line = witness.cosign(note);
  const auto octets = from_base64(line.substr(line.rfind(' ') + 1, line.size() - line.rfind(' ') - 2));
  ASSERT_TRUE(octets && octets->size() == 76);
  const auto raw = VerifierKeyText::parse(witness.verifier().verifier_key()).key;
  const test::TemporaryFolder folder;
  const auto key = folder.write("key.der", BytesView(ed25519_spki(raw)));
  const auto signature = folder.write("signature", BytesView(*octets).subspan(12));
  const auto seconds = std::to_string(k_test_day.time_since_epoch().count());
  const auto body = note.substr(0, note.find("\n\n") + 1);
  const auto judge = [&](const std::string& message) {
    return test::run({"openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", key,
                      "-in", folder.write("message", message), "-sigfile", signature});
  };
  const auto good = judge("cosignature/v1\ntime " + seconds + "\n" + body);
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_NE(judge("cosignature/v1\ntime 1" + seconds + "\n" + body).status, 0);
}

TEST(Cosignature, IsReadByGo) {
  if (!test::is_installed("go")) GTEST_SKIP() << "no Go (package golang-go)";
  if (!std::filesystem::exists("/usr/share/gocode/src/golang.org/x/mod/sumdb/note"))
    GTEST_SKIP() << "no golang.org/x/mod (package golang-golang-x-mod-dev)";
  const SmallLog log;
  const SmallWitness witness;
  const test::TemporaryFolder folder;
  const std::string note = log.note(7);
  const auto good = folder.write("good", note + witness.cosign(note));
  const auto bad = folder.write("bad", note + witness.cosign(log.note(8)));
  const auto judged =
      test::run({"env", "GO111MODULE=off", "GOPATH=/usr/share/gocode",
                 "GOFLAGS=", "GOCACHE=" + (folder.path() / "cache").string(), "go", "run",
                 std::string(INKAN_SOURCE_DIR) + "/tests/support/cosignature_judge.go",
                 log.verifier().verifier_key(), witness.verifier().verifier_key(), good, bad});
  EXPECT_THAT(judged.output,
              testing::StartsWith(std::to_string(k_test_day.time_since_epoch().count()) + "\nbad: "));
}

}  // namespace
}  // namespace inkan::policy
