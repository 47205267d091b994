#include <gtest/gtest.h>

#include "policy/log/proof.h"
#include "policy/types/error.h"
#include "tests/support/test_tree.h"

namespace inkan::policy {
namespace {

bool verify(const TreeHead& head, const std::vector<Sha256>& leaves, LeafIndex begin, LeafIndex end,
            const std::vector<Sha256>& proof) {
  auto next = begin;
  return verify_range(
      head, begin, end, [&] { return leaves.at(next++); }, proof);
}

TEST(RangeProof, ProvesEveryRangeOfSmallTrees) {
  const auto leaves = test::leaf_hashes(40);
  for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
    auto tree = test::tree_of(leaves, size);
    const TreeHead head{size, root_of(test::part(leaves, 0, size))};
    for (LeafIndex begin = 0; begin <= size; ++begin)
      for (LeafIndex end = begin; end <= size; ++end)
        EXPECT_TRUE(verify(head, leaves, begin, end, tree.range_proof(begin, end)))
            << size << ": " << begin << " to " << end;
  }
}

TEST(RangeProof, ProvesRangesAcrossTiles) {
  const auto leaves = test::leaf_hashes(700);
  auto tree = test::tree_of(leaves, 700);
  const TreeHead head{700, root_of(leaves)};
  for (const auto& [begin, end] : std::vector<std::pair<LeafIndex, LeafIndex>>{
           {0, 700}, {0, 256}, {255, 257}, {256, 512}, {1, 699}, {512, 700}, {600, 600}, {699, 700}}) {
    const auto proof = tree.range_proof(begin, end);
    EXPECT_LE(proof.size(), 20u);
    EXPECT_TRUE(verify(head, leaves, begin, end, proof)) << begin << " to " << end;
  }
}

// Of a range of one leaf it is the inclusion proof, in the order of the tree: what other tools know.
TEST(RangeProof, OfOneLeafIsItsInclusionProof) {
  const auto leaves = test::leaf_hashes(300);
  for (const LeafIndex index : {0, 1, 77, 255, 256, 299}) {
    auto tree = test::tree_of(leaves, 300);
    auto range = tree.range_proof(index, index + 1), path = tree.inclusion_proof(index);
    std::sort(range.begin(), range.end());
    std::sort(path.begin(), path.end());
    EXPECT_EQ(range, path) << index;
  }
}

TEST(RangeProof, IsRefusedWhereAnythingDiffers) {
  const auto leaves = test::leaf_hashes(37);
  auto tree = test::tree_of(leaves, 37);
  const TreeHead head{37, root_of(leaves)};
  const LeafIndex begin = 5, end = 29;
  const auto proof = tree.range_proof(begin, end);
  ASSERT_TRUE(verify(head, leaves, begin, end, proof));
  // Other bounds with the leaves of these: the proof is of this range alone.
  for (LeafIndex b = 0; b <= 36; ++b)
    for (LeafIndex e = b; e <= 37; ++e) {
      if (b == begin && e == end) continue;
      EXPECT_FALSE(verify(head, leaves, b, e, proof)) << b << " to " << e;
    }
  for (std::size_t i = 0; i < proof.size(); ++i) {
    auto changed = proof;
    changed[i] = leaves[0];
    EXPECT_FALSE(verify(head, leaves, begin, end, changed)) << i;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(verify(head, leaves, begin, end, changed)) << i;
  }
  auto longer = proof;
  longer.push_back(leaves[0]);
  EXPECT_FALSE(verify(head, leaves, begin, end, longer));
  for (LeafIndex i = begin; i < end; ++i) {
    auto changed = leaves;
    std::swap(changed[i], changed[i + 1]);
    EXPECT_FALSE(verify(head, changed, begin, end, proof)) << i;
  }
  EXPECT_FALSE(verify(head, leaves, begin, 38, proof));
}

TEST(RangeProof, IsNotMadeBeyondTheTree) {
  const auto leaves = test::leaf_hashes(9);
  auto tree = test::tree_of(leaves, 9);
  EXPECT_THROW(tree.range_proof(0, 10), Error);
  EXPECT_THROW(tree.range_proof(5, 4), Error);
}

}  // namespace
}  // namespace inkan::policy
