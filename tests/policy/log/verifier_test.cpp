#include "policy/log/verifier.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

// The published example of Go's golang.org/x/mod/sumdb/note package.
constexpr const char* k_go_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

std::string leaf(int index, const std::string& type = "cert.issue") {
  return "{\"index\":" + std::to_string(index) + ",\"type\":\"" + type + "\"}";
}

Sha256 hash(std::initializer_list<BytesView> parts) {
  return sha256(parts);
}

constexpr std::uint8_t k_leaf_prefix[] = {0};
constexpr std::uint8_t k_node_prefix[] = {1};

// RFC 6962 §2.1 written out for three leaves.
Sha256 root_of_three() {
  const auto h0 = hash({k_leaf_prefix, as_bytes(leaf(0))}), h1 = hash({k_leaf_prefix, as_bytes(leaf(1))}),
             h2 = hash({k_leaf_prefix, as_bytes(leaf(2))});
  return hash({k_node_prefix, hash({k_node_prefix, h0.bytes(), h1.bytes()}).bytes(), h2.bytes()});
}

LogVerifier verifier_of(std::uint64_t size, const Sha256& root) {
  LogVerifier verifier;
  verifier.expect_newest({size, root}, "the checkpoint");
  return verifier;
}

void append_leaves(LogVerifier& verifier, int count) {
  for (int i = 0; i < count; ++i) verifier.append(static_cast<LeafIndex>(i), as_bytes(leaf(i)));
}

void expect_one_fault(const LogVerifier& verifier, const std::string& words) {
  ASSERT_EQ(verifier.faults().size(), 1u);
  EXPECT_NE(verifier.faults()[0].find(words), std::string::npos) << verifier.faults()[0];
}

TEST(LogVerifier, AgreesWithAnHonestLog) {
  auto verifier = verifier_of(3, root_of_three());
  append_leaves(verifier, 3);
  verifier.finish();
  EXPECT_EQ(verifier.faults(), std::vector<std::string>{});
  EXPECT_EQ(verifier.size(), 3u);
  EXPECT_EQ(verifier.covered(), 3u);
}

TEST(LogVerifier, AgreesWithAnEmptyLogWithoutCheckpoint) {
  LogVerifier verifier;
  verifier.finish();
  EXPECT_EQ(verifier.faults(), std::vector<std::string>{});
}

TEST(LogVerifier, FindsLeavesThatNothingSigns) {
  LogVerifier verifier;
  verifier.expect({3, root_of_three()}, "the stated head");  // right, and worth nothing
  append_leaves(verifier, 3);
  verifier.finish();
  expect_one_fault(verifier, "none of the 3 leaves is under a checkpoint");
}

TEST(LogVerifier, FindsLeavesBeyondTheCheckpoint) {
  auto verifier = verifier_of(3, root_of_three());
  append_leaves(verifier, 5);
  verifier.finish();
  expect_one_fault(verifier, "the checkpoint covers 3 of 5 leaves");
}

// A log at rest ends in what its witnesses said of its last checkpoint; that calls for no new one.
TEST(LogVerifier, TakesALogThatEndsInLeavesOfCosignaturesForCovered) {
  auto verifier = verifier_of(3, root_of_three());
  append_leaves(verifier, 3);
  verifier.append(3, as_bytes(leaf(3, "log.checkpoint")));
  verifier.append(4, as_bytes(leaf(4, "log.checkpoint")));
  EXPECT_EQ(verifier.to_cover(), 3u);
  verifier.finish();
  EXPECT_EQ(verifier.faults(), std::vector<std::string>{});
}

TEST(LogVerifier, FindsLeavesBeyondTheCheckpointAmongThoseOfCosignatures) {
  auto verifier = verifier_of(3, root_of_three());
  append_leaves(verifier, 3);
  verifier.append(3, as_bytes(leaf(3, "log.checkpoint")));
  verifier.append(4, as_bytes(leaf(4)));
  verifier.append(5, as_bytes(leaf(5, "log.checkpoint")));
  EXPECT_EQ(verifier.to_cover(), 5u);
  verifier.finish();
  expect_one_fault(verifier, "the checkpoint covers 3 of 6 leaves");
}

TEST(LogVerifier, FindsACheckpointOlderThanTheOneKept) {
  LogVerifier verifier;
  verifier.expect_kept({3, root_of_three()}, "last.note");
  verifier.expect_newest({1, hash_leaf(as_bytes(leaf(0)))}, "the checkpoint");
  append_leaves(verifier, 1);  // rolled back to when the checkpoint was the newest
  verifier.finish();
  ASSERT_EQ(verifier.faults().size(), 2u);
  EXPECT_NE(verifier.faults()[0].find("leaves are missing"), std::string::npos) << verifier.faults()[0];
  EXPECT_NE(verifier.faults()[1].find("last.note already covered 3"), std::string::npos)
      << verifier.faults()[1];
}

TEST(LogVerifier, TakesTheLargestCheckpointForTheNewest) {
  LogVerifier verifier;
  verifier.expect_newest({3, root_of_three()}, "the second");
  verifier.expect_newest({1, hash_leaf(as_bytes(leaf(0)))}, "the first");
  append_leaves(verifier, 3);
  verifier.finish();
  EXPECT_EQ(verifier.faults(), std::vector<std::string>{});
}

TEST(LogVerifier, FindsAChangedLeaf) {
  auto verifier = verifier_of(3, root_of_three());
  verifier.append(0, as_bytes(leaf(0)));
  verifier.append(1, as_bytes(leaf(1, "cert.revoke")));
  verifier.append(2, as_bytes(leaf(2)));
  verifier.finish();
  expect_one_fault(verifier, "another root at size 3");
}

TEST(LogVerifier, FindsACutTail) {
  auto verifier = verifier_of(3, root_of_three());
  append_leaves(verifier, 2);
  verifier.finish();
  expect_one_fault(verifier, "leaves are missing");
}

TEST(LogVerifier, FindsSwappedAndMisnumberedLeaves) {
  LogVerifier verifier;
  verifier.append(0, as_bytes(leaf(1)));  // the leaf of another place
  verifier.append(7, as_bytes(leaf(1)));  // served under another index
  verifier.append(2, as_bytes("not JSON"));
  EXPECT_EQ(verifier.faults().size(), 3u);
}

TEST(LogVerifier, TakesNoHeadThatItsLeavesHavePassed) {
  LogVerifier verifier;
  append_leaves(verifier, 2);
  EXPECT_THROW(verifier.expect({1, root_of_three()}, "a late one"), Error);
}

TEST(VerifierKey, ReadsTheOneOfGosNotePackage) {
  const auto verifier = parse_verifier_key(k_go_key);
  EXPECT_EQ(verifier.origin(), "PeterNeumann");
  EXPECT_EQ(verifier.key().algorithm(), KeyAlgorithm::ed25519);
  EXPECT_EQ(verifier.verifier_key(), k_go_key);
}

TEST(VerifierKey, RefusesWhatIsNone) {
  const std::string key = k_go_key;
  const char* const bad[] = {"",
                             "PeterNeumann",
                             "PeterNeumann+c74f20a3",
                             "PeterNeumann+c74f20a3+!",
                             "PeterNeumann+c74f20a3+",
                             "PeterNeumann+c74f20a3+AQ==",
                             "PeterNeumann+c74f20a3+BRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"};
  const auto refused = [](const std::string& text) {
    try {
      parse_verifier_key(text);
      return false;
    } catch (const Error& error) {
      return error.code() == ErrorCode::invalid_input;
    }
  };
  for (const char* text : bad) EXPECT_TRUE(refused(text)) << text;
  EXPECT_TRUE(refused("Peter Neumann" + key.substr(key.find('+')))) << "no name of a key";
  // C2SP signed-note binds the name into the key id: the same key under another name is another verifier.
  EXPECT_THROW(parse_verifier_key("Peter" + key.substr(key.find('+'))), Error);
}

}  // namespace
}  // namespace inkan::policy
