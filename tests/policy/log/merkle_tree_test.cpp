#include "policy/log/merkle_tree.h"

#include <gtest/gtest.h>

#include <map>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

// The reference test data of Certificate Transparency: leaf inputs and roots of the first n of them, n = 0..8
// (github.com/google/certificate-transparency, merkletree tests; github.com/transparency-dev/merkle,
// testonly/constants.go).
constexpr const char* k_inputs[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
constexpr const char* k_roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

TEST(MerkleTree, HasTheRootsOfTheReferenceTestData) {
  RightEdge edge;
  std::vector<Sha256> leaves;
  for (std::size_t size = 0; size < std::size(k_roots); ++size) {
    EXPECT_EQ(root_of(leaves).hex(), k_roots[size]) << size;
    EXPECT_EQ(edge.head(), (TreeHead{size, root_of(leaves)})) << size;
    if (size == std::size(k_inputs)) break;
    leaves.push_back(hash_leaf(*from_hex(k_inputs[size])));
    edge.append(leaves.back());
  }
}

TEST(MerkleTree, EmptyIsTheHashOfNothing) {
  EXPECT_EQ(empty_root().hex(), k_roots[0]);
  EXPECT_EQ(RightEdge().head(), (TreeHead{0, empty_root()}));
}

// RFC 6962 §2.1 from its words, one leaf or two halves; nothing shared with the code under test but SHA-256.
Sha256 plain_root(const std::vector<Sha256>& leaves, std::size_t from, std::size_t to) {
  if (to - from == 1) return leaves[from];
  std::size_t split = 1;
  while (split < to - from - split) split *= 2;
  const Bytes one{1};
  return sha256(
      {one, plain_root(leaves, from, from + split).bytes(), plain_root(leaves, from + split, to).bytes()});
}

std::vector<Sha256> leaf_hashes(std::size_t count) {
  std::vector<Sha256> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(hash_leaf(as_bytes("leaf " + std::to_string(i))));
  return leaves;
}

// What a log keeps: the leaves, and every full tile that the edge gave out.
struct Stored {
  std::vector<Sha256> leaves;
  std::map<std::pair<unsigned, std::uint64_t>, Tile> tiles;

  void append(RightEdge& edge, const Sha256& leaf) {
    leaves.push_back(leaf);
    for (auto& tile : edge.append(leaf)) {
      ASSERT_EQ(tile.hashes.size(), Tile::k_width);
      ASSERT_TRUE(tiles.emplace(std::pair(tile.level, tile.index), tile).second) << "a tile twice";
    }
  }
  RightEdge restore(std::uint64_t size) const {
    return RightEdge::restore(
        size, [&](LeafIndex i) { return leaves.at(i); },
        [&](unsigned level, std::uint64_t index) {
          return tiles.at({level, index});
        });
  }
};

TEST(RightEdge, HasTheRootOfTheWholeTreeAtEverySize) {
  const auto leaves = leaf_hashes(1100);
  RightEdge edge;
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    edge.append(leaves[size - 1]);
    const auto root = plain_root(leaves, 0, size);
    ASSERT_EQ(edge.head(), (TreeHead{size, root}));
    ASSERT_EQ(root_of({leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(size)}), root) << size;
  }
}

TEST(RightEdge, IsRestoredAtEverySizeAndGrowsOnAsIfItHadNeverStopped) {
  Stored stored;
  RightEdge edge;
  for (const auto& leaf : leaf_hashes(1100)) {
    stored.append(edge, leaf);
    const auto restored = stored.restore(edge.size());
    ASSERT_EQ(restored.head(), edge.head());
  }
  for (const std::uint64_t size : {0u, 1u, 255u, 256u, 257u, 511u, 512u, 513u, 1023u, 1024u, 1025u}) {
    RightEdge again = stored.restore(size);
    std::vector<Tile> completed;
    for (std::uint64_t i = size; i < stored.leaves.size(); ++i)
      for (auto& tile : again.append(stored.leaves[i])) completed.push_back(std::move(tile));
    EXPECT_EQ(again.head(), edge.head()) << size;
    EXPECT_EQ(completed.size(), 4 - size / 256) << size;
  }
}

// Heads of the past are those of a tree restored at their size: nothing of what came later is in them.
TEST(RightEdge, HasTheHeadsOfThePast) {
  Stored stored;
  RightEdge edge;
  std::vector<TreeHead> heads = {edge.head()};
  for (const auto& leaf : leaf_hashes(600)) {
    stored.append(edge, leaf);
    heads.push_back(edge.head());
  }
  for (std::uint64_t size = 0; size <= 600; ++size) ASSERT_EQ(stored.restore(size).head(), heads[size]);
}

// tlog-tiles: level 0 holds leaf hashes, level 1 the roots of level 0's full tiles, and so on.
TEST(RightEdge, CompletesTilesOfThreeLevels) {
  const std::size_t count = 2 * 65536 + 300;
  Stored stored;
  RightEdge edge;
  const auto leaves = leaf_hashes(count);
  for (std::size_t i = 0; i < count; ++i) {
    stored.append(edge, leaves[i]);
    const std::size_t size = i + 1;
    // Around every place where a tile of level 1 or 2 is completed.
    if (size % 65536 > 2 && size % 65536 < 65534 && size != count) continue;
    ASSERT_EQ(edge.head().root, plain_root(leaves, 0, size)) << size;
    ASSERT_EQ(stored.restore(size).head(), edge.head()) << size;
  }
  EXPECT_EQ(stored.tiles.size(), 513u + 2u);  // level 0: 513, level 1: 2, level 2: none yet
  for (const auto& [place, tile] : stored.tiles) {
    const std::size_t span = place.first == 0 ? 1 : 256;
    for (std::size_t i : {std::size_t{0}, std::size_t{1}, std::size_t{255}}) {
      const std::size_t from = (place.second * 256 + i) * span;
      ASSERT_EQ(tile.hashes[i], plain_root(leaves, from, from + span)) << place.first << "/" << place.second;
    }
    ASSERT_EQ(tile.root(), plain_root(leaves, place.second * 256 * span, (place.second + 1) * 256 * span));
  }
}

TEST(RightEdge, DoesNotGrowOnATileThatIsNotFull) {
  const auto leaves = leaf_hashes(300);
  const auto short_tile = [](unsigned level, std::uint64_t index) {
    return Tile{level, index, {empty_root()}};
  };
  EXPECT_THROW(RightEdge::restore(
                   300, [&](LeafIndex i) { return leaves.at(i); }, short_tile),
               Error);
}

TEST(RightEdge, ASwappedTileGivesAnotherRoot) {
  Stored stored;
  RightEdge edge;
  for (const auto& leaf : leaf_hashes(700)) stored.append(edge, leaf);
  std::swap(stored.tiles.at({0, 0}).hashes, stored.tiles.at({0, 1}).hashes);
  EXPECT_NE(stored.restore(700).head().root, edge.head().root);
}

TEST(Tile, IsItsHashesOneAfterTheOther) {
  const Tile tile{0, 5, leaf_hashes(3)};
  const Bytes encoded = tile.encode();
  EXPECT_EQ(to_hex(encoded), tile.hashes[0].hex() + tile.hashes[1].hex() + tile.hashes[2].hex());
  const Tile again = Tile::decode(0, 5, encoded);
  EXPECT_EQ(again.hashes, tile.hashes);
  EXPECT_EQ(again.index, 5u);
}

TEST(Tile, OfAnotherSizeIsRefused) {
  for (const std::size_t size : {0, 1, 31, 33, 257 * 32})
    EXPECT_THROW(Tile::decode(0, 0, Bytes(size)), Error) << size;
  EXPECT_EQ(Tile::decode(0, 0, Bytes(256 * 32)).hashes.size(), 256u);
}

}  // namespace
}  // namespace inkan::policy
