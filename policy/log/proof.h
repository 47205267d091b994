// Proofs that a leaf is in a tree and that a tree grew out of an older one (RFC 6962 §2.1.1, §2.1.2): made
// from tiles, judged by anyone.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "policy/log/merkle_tree.h"

namespace inkan::policy {

// The tree of `size` leaves, read from its tiles. Each tile is asked for once and kept.
class TiledTree {
 public:
  // Gives the tile with at least `width` hashes, or throws.
  using ReadTile = std::function<Tile(unsigned level, std::uint64_t index, unsigned width)>;

  TiledTree(std::uint64_t size, ReadTile read) : size_(size), read_(std::move(read)) {}

  TreeHead head();
  // From the leaf's sibling up to the root's child. Throws Error{invalid_input} for a leaf beyond the tree.
  std::vector<Sha256> inclusion_proof(LeafIndex index);
  // Throws Error{invalid_input} for a size beyond the tree's. Empty for size 0 and the tree's own.
  std::vector<Sha256> consistency_proof(std::uint64_t old_size);
  // What stands beside the leaves [begin, end), from left to right: the roots of the largest ranges that the
  // tree splits into and that hold none of them. Throws Error{invalid_input} for a range that is turned
  // around or ends beyond the tree.
  std::vector<Sha256> range_proof(LeafIndex begin, LeafIndex end);

 private:
  const Tile& tile(unsigned level, std::uint64_t index);
  Sha256 subtree(unsigned height, std::uint64_t index);  // of 2^height leaves
  Sha256 range(std::uint64_t begin, std::uint64_t end);  // MTH(D[begin:end]), begin < end
  void consistency(std::uint64_t old_size, std::uint64_t begin, std::uint64_t end, bool whole,
                   std::vector<Sha256>& proof);
  void beside(std::pair<LeafIndex, LeafIndex> leaves, std::uint64_t begin, std::uint64_t end,
              std::vector<Sha256>& proof);

  std::uint64_t size_;
  ReadTile read_;
  std::map<std::pair<unsigned, std::uint64_t>, Tile> tiles_;
};

// RFC 9162 §2.1.3.2.
bool verify_inclusion(const TreeHead& head, LeafIndex index, const Sha256& leaf_hash,
                      std::span<const Sha256> proof);
// RFC 9162 §2.1.4.2. An older tree without leaves is in every tree.
bool verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Sha256> proof);
// That the leaves [begin, end) are those of the tree, all of them and in their order. `next_leaf_hash` is
// asked for each in turn, so that nobody needs to hold them. What it throws goes on.
bool verify_range(const TreeHead& head, LeafIndex begin, LeafIndex end,
                  const std::function<Sha256()>& next_leaf_hash, std::span<const Sha256> proof);

}  // namespace inkan::policy
