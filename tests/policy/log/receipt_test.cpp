#include "policy/log/receipt.h"

#include <gtest/gtest.h>

#include "policy/types/error.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

// A log of five leaves under a key of its own, and the receipt of one of them.
struct Fixture {
  test::TestKey key = test::make_key(KeyAlgorithm::ed25519);
  NoteVerifier verifier{"inkan.example.test/log", key.public_key};
  Receipt receipt = receipt_of(3);

  static Bytes leaf(LeafIndex index) {
    return to_bytes(as_bytes("{\"index\":" + std::to_string(index) + "}"));
  }
  static TiledTree tree() {
    return TiledTree(5, [](unsigned level, std::uint64_t index, unsigned width) {
      Tile tile{level, index, {}};
      for (unsigned i = 0; i < width; ++i) tile.hashes.push_back(hash_leaf(leaf(i)));
      return tile;
    });
  }
  Receipt receipt_of(LeafIndex index) const {
    const CheckpointBody body(verifier.origin(), tree().head(), KeyId({}), verifier.algorithm());
    return {index, leaf(index), tree().inclusion_proof(index),
            verifier.seal(body, test::sign_message(key, verifier.algorithm(), body.to_be_signed()))};
  }
};

TEST(Receipt, HasTheFormOfItsSpecification) {
  const Fixture f;
  const std::string text = f.receipt.text();
  EXPECT_TRUE(text.starts_with("c2sp.org/tlog-proof@v1\nextra eyJpbmRleCI6M30=\nindex 3\n")) << text;
  EXPECT_NE(text.find("\n\ninkan.example.test/log\n5\n"), std::string::npos) << text;
}

TEST(Receipt, IsReadAsItWasWrittenAndHolds) {
  const Fixture f;
  for (LeafIndex index = 0; index < 5; ++index) {
    const auto receipt = f.receipt_of(index);
    const auto again = Receipt::parse(receipt.text());
    EXPECT_EQ(again.text(), receipt.text());
    EXPECT_EQ(again.leaf, Fixture::leaf(index));
    EXPECT_EQ(fault_in(again, f.verifier), std::nullopt);
  }
}

TEST(Receipt, WithAnyCharacterChangedIsRefusedOrDoesNotHold) {
  const Fixture f;
  const std::string text = f.receipt.text();
  // Beyond the signature's line feed nothing stands; within, each character counts.
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    try {
      EXPECT_TRUE(fault_in(Receipt::parse(changed), f.verifier)) << "at " << at << ": " << changed;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_input);
    }
  }
}

TEST(Receipt, OfAnotherLogsKeyDoesNotHold) {
  const Fixture f, other;
  const auto fault = fault_in(f.receipt, other.verifier);
  ASSERT_TRUE(fault);
  EXPECT_NE(fault->find("not signed by"), std::string::npos);
}

TEST(Receipt, OfALeafBeyondItsCheckpointDoesNotHold) {
  Fixture f;
  f.receipt.index = 5;
  EXPECT_NE(fault_in(f.receipt, f.verifier)->find("beyond the 5 leaves"), std::string::npos);
}

TEST(Receipt, OfAnotherFormIsRefusedWithItsLine) {
  const Fixture f;
  const std::string good = f.receipt.text();
  const auto refused = [](const std::string& text) -> std::string {
    try {
      Receipt::parse(text);
      return "accepted";
    } catch (const Error& error) {
      return error.what();
    }
  };
  EXPECT_NE(refused("").find("line 1"), std::string::npos);
  EXPECT_NE(refused("c2sp.org/tlog-proof@v2\n").find("line 1"), std::string::npos);
  EXPECT_NE(refused("c2sp.org/tlog-proof@v1\nindex 3\n").find("line 2"), std::string::npos);
  EXPECT_NE(refused("c2sp.org/tlog-proof@v1\nextra !\nindex 3\n").find("line 2"), std::string::npos);
  for (const char* index : {"", "03", "-1", "3 ", "99999999999999999999"})
    EXPECT_NE(
        refused("c2sp.org/tlog-proof@v1\nextra eA==\nindex " + std::string(index) + "\n\n").find("line 3"),
        std::string::npos)
        << index;
  EXPECT_NE(refused("c2sp.org/tlog-proof@v1\nextra eA==\nindex 3\nabc\n").find("line 4"), std::string::npos);
  EXPECT_NE(refused("c2sp.org/tlog-proof@v1\nextra eA==\nindex 3\n").find("line 4"), std::string::npos);
  std::string endless = "c2sp.org/tlog-proof@v1\nextra eA==\nindex 3\n";
  for (int i = 0; i < 65; ++i) endless += to_base64(empty_root().bytes()) + "\n";
  EXPECT_NE(refused(endless).find("more than 64"), std::string::npos);
  EXPECT_EQ(refused(good), "accepted");
}

}  // namespace
}  // namespace inkan::policy
