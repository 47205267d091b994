// Trees of made-up leaves, their tiles straight from the leaves.
#pragma once

#include <string>
#include <vector>

#include "policy/log/proof.h"

namespace inkan::test {

using policy::Sha256;
using policy::Tile;
using policy::TiledTree;

inline std::vector<Sha256> leaf_hashes(std::size_t count) {
  std::vector<Sha256> leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(policy::hash_leaf(policy::as_bytes("leaf " + std::to_string(i))));
  return leaves;
}

inline std::vector<Sha256> part(const std::vector<Sha256>& all, std::uint64_t from, std::uint64_t to) {
  return {all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to)};
}

// The tiles of a tree, straight from its leaves.
inline TiledTree tree_of(const std::vector<Sha256>& leaves, std::uint64_t size) {
  return TiledTree(size, [&leaves](unsigned level, std::uint64_t index, unsigned width) {
    Tile tile{level, index, {}};
    const std::uint64_t span = std::uint64_t{1} << (8 * level);
    for (std::uint64_t i = index * Tile::k_width; i < index * Tile::k_width + width; ++i)
      tile.hashes.push_back(policy::root_of(part(leaves, i * span, (i + 1) * span)));
    return tile;
  });
}

}  // namespace inkan::test
