#include "policy/log/proof.h"

#include <gtest/gtest.h>

#include <map>

#include "policy/types/error.h"
#include "tests/support/test_tree.h"

namespace inkan::policy {
namespace {

using test::leaf_hashes;
using test::part;
using test::tree_of;

// PATH of RFC 6962 §2.1.1 and PROOF of §2.1.2, from their words: nothing shared but root_of().
std::uint64_t k_of(std::uint64_t n) {
  std::uint64_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
std::vector<Sha256> plain_path(const std::vector<Sha256>& d, std::uint64_t m) {
  if (d.size() == 1) return {};
  const auto k = k_of(d.size());
  auto path = m < k ? plain_path(part(d, 0, k), m) : plain_path(part(d, k, d.size()), m - k);
  path.push_back(root_of(m < k ? part(d, k, d.size()) : part(d, 0, k)));
  return path;
}
std::vector<Sha256> plain_subproof(const std::vector<Sha256>& d, std::uint64_t m, bool b) {
  if (m == d.size()) return b ? std::vector<Sha256>{} : std::vector<Sha256>{root_of(d)};
  const auto k = k_of(d.size());
  auto proof =
      m <= k ? plain_subproof(part(d, 0, k), m, b) : plain_subproof(part(d, k, d.size()), m - k, false);
  proof.push_back(root_of(m <= k ? part(d, k, d.size()) : part(d, 0, k)));
  return proof;
}

const std::vector<std::uint64_t> k_sizes = {1,   2,   3,   4,   5,   7,   8,   9,   31, 64,
                                            100, 255, 256, 257, 300, 511, 512, 513, 700};

TEST(InclusionProof, IsThePathOfTheRfcForEveryLeaf) {
  const auto leaves = leaf_hashes(700);
  for (const auto size : k_sizes) {
    auto tree = tree_of(leaves, size);
    const TreeHead head{size, root_of(part(leaves, 0, size))};
    ASSERT_EQ(tree.head(), head);
    for (std::uint64_t i = 0; i<size; i += size> 64 ? 37 : 1) {
      const auto proof = tree.inclusion_proof(i);
      ASSERT_EQ(proof, plain_path(part(leaves, 0, size), i)) << i << " of " << size;
      ASSERT_TRUE(verify_inclusion(head, i, leaves[i], proof));
    }
  }
}

TEST(InclusionProof, OfATreeOfThreeLevelsNeedsAFewTilesOnly) {
  const auto leaves = leaf_hashes(70'000);
  int tiles = 0;
  RightEdge edge;
  std::map<std::pair<unsigned, std::uint64_t>, Tile> full;
  for (const auto& leaf : leaves)
    for (auto& tile : edge.append(leaf)) full.emplace(std::pair(tile.level, tile.index), tile);
  TiledTree counted(leaves.size(), [&](unsigned level, std::uint64_t index, unsigned width) {
    ++tiles;
    if (width == Tile::k_width) return full.at({level, index});
    Tile tile{level, index, {}};
    for (std::uint64_t i = 0; i < width; ++i)
      tile.hashes.push_back(level ? full.at({level - 1, index * 256 + i}).root() : leaves[index * 256 + i]);
    return tile;
  });
  const auto proof = counted.inclusion_proof(65'000);
  EXPECT_TRUE(verify_inclusion(edge.head(), 65'000, leaves[65'000], proof));
  EXPECT_LE(tiles, 6);
}

TEST(InclusionProof, ThatIsChangedIsRefused) {
  const auto leaves = leaf_hashes(300);
  auto tree = tree_of(leaves, 300);
  const auto head = tree.head();
  for (const std::uint64_t i : {0u, 5u, 255u, 256u, 299u}) {
    const auto proof = tree.inclusion_proof(i);
    EXPECT_FALSE(verify_inclusion(head, i, leaves[(i + 1) % 300], proof)) << "another leaf";
    EXPECT_FALSE(verify_inclusion(head, i ^ 1, leaves[i], proof)) << "another index";
    EXPECT_FALSE(verify_inclusion(head, 300, leaves[i], proof)) << "an index beyond";
    for (std::size_t at = 0; at < proof.size(); ++at) {
      auto changed = proof;
      changed[at] = hash_leaf(as_bytes("other"));
      EXPECT_FALSE(verify_inclusion(head, i, leaves[i], changed));
      changed = proof;
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
      EXPECT_FALSE(verify_inclusion(head, i, leaves[i], changed));
      changed = proof;
      changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), proof[at]);
      EXPECT_FALSE(verify_inclusion(head, i, leaves[i], changed));
    }
  }
  EXPECT_THROW(tree.inclusion_proof(300), Error);
}

TEST(ConsistencyProof, IsTheOneOfTheRfcForEveryPairOfSizes) {
  const auto leaves = leaf_hashes(700);
  for (const auto newer : k_sizes) {
    auto tree = tree_of(leaves, newer);
    for (const auto older : k_sizes) {
      if (older > newer) {
        EXPECT_THROW(tree.consistency_proof(older), Error);
        continue;
      }
      const auto proof = tree.consistency_proof(older);
      const TreeHead old_head{older, root_of(part(leaves, 0, older))};
      ASSERT_EQ(proof, plain_subproof(part(leaves, 0, newer), older, true)) << older << " in " << newer;
      ASSERT_TRUE(verify_consistency(old_head, tree.head(), proof)) << older << " in " << newer;
    }
    EXPECT_TRUE(verify_consistency({0, empty_root()}, tree.head(), tree.consistency_proof(0)));
  }
}

TEST(ConsistencyProof, OfAForkIsRefused) {
  const auto leaves = leaf_hashes(300);
  auto other = leaves;
  other[20] = hash_leaf(as_bytes("rewritten"));
  auto forked = tree_of(other, 300);
  for (const std::uint64_t older : {1u, 21u, 64u, 128u, 255u, 256u, 299u}) {
    const TreeHead kept{older, root_of(part(leaves, 0, older))};
    const auto proof = forked.consistency_proof(older);
    EXPECT_EQ(verify_consistency(kept, forked.head(), proof), older <= 20) << older;
    auto changed = proof;
    changed.back() = hash_leaf(as_bytes("other"));
    EXPECT_FALSE(verify_consistency(kept, forked.head(), changed));
    changed.pop_back();
    EXPECT_FALSE(verify_consistency(kept, forked.head(), changed));
  }
  EXPECT_FALSE(verify_consistency({300, root_of(leaves)}, forked.head(), {}));
  EXPECT_FALSE(verify_consistency({301, root_of(leaves)}, forked.head(), {})) << "rolled back";
  EXPECT_FALSE(verify_consistency({0, hash_leaf(BytesView())}, forked.head(), {}));
  EXPECT_FALSE(verify_consistency({7, root_of(part(leaves, 0, 7))}, forked.head(), {})) << "no proof";
}

TEST(TiledTree, DoesNotTakeATileThatIsTooNarrow) {
  TiledTree tree(300, [](unsigned level, std::uint64_t index, unsigned) {
    return Tile{level, index, {empty_root()}};
  });
  EXPECT_THROW(tree.head(), Error);
}

}  // namespace
}  // namespace inkan::policy
