// The arithmetic of the log: RFC 6962 §2.1 hashes, and the right edge of a tree kept as C2SP tlog-tiles.
#pragma once

#include <functional>
#include <vector>

#include "policy/types/tree_head.h"

namespace inkan::policy {

Sha256 hash_leaf(BytesView leaf);                           // SHA-256(0x00 || leaf)
Sha256 hash_node(const Sha256& left, const Sha256& right);  // SHA-256(0x01 || left || right)
Sha256 empty_root();                                        // SHA-256 of nothing
Sha256 root_of(const std::vector<Sha256>& leaf_hashes);     // the whole tree; for verifiers and tests

// 256 hashes of one level: level 0 are leaf hashes, level n are roots of full tiles of level n − 1.
struct Tile {
  static constexpr std::size_t k_width = 256;
  unsigned level = 0;
  std::uint64_t index = 0;
  std::vector<Sha256> hashes;  // k_width of them once full

  Sha256 root() const;   // of a full tile
  Bytes encode() const;  // hashes, one after the other: tlog-tiles' file format
  static Tile decode(unsigned level, std::uint64_t index, BytesView bytes);  // throws Error{ledger}
};

// The part of the tree that still changes: on each level, the hashes of its last, partial tile.
class RightEdge {
 public:
  RightEdge() = default;

  // Rebuilds the edge of a tree of `size` leaves. `leaf_hash(i)` is asked for the leaves of the last partial
  // level-0 tile, `full_tile(level, index)` for every full tile whose root stands in a partial tile above.
  static RightEdge restore(std::uint64_t size, const std::function<Sha256(LeafIndex)>& leaf_hash,
                           const std::function<Tile(unsigned level, std::uint64_t index)>& full_tile);

  // Adds one leaf; returns the tiles that it completed, lowest level first.
  std::vector<Tile> append(const Sha256& leaf_hash);

  std::uint64_t size() const { return size_; }
  TreeHead head() const;
  // The last tile of a level; without hashes where the tree's size leaves none.
  Tile partial_tile(unsigned level) const;

 private:
  std::uint64_t size_ = 0;
  // Roots of the largest full subtrees, left to right, one for each one-bit of the size: what the head is
  // made of.
  std::vector<Sha256> peaks_;
  std::vector<std::vector<Sha256>> levels_;  // levels_[n]: hashes of the partial tile of level n
};

}  // namespace inkan::policy
