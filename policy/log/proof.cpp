#include "policy/log/proof.h"

#include <bit>

#include "policy/log/tile_path.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

// The largest power of two below `count`, which is at least 2.
std::uint64_t split(std::uint64_t count) {
  return std::bit_floor(count - 1);
}

void require_within(std::uint64_t size, std::uint64_t most, const char* what) {
  if (size > most)
    throw Error(ErrorCode::invalid_input, std::string(what) + " " + std::to_string(size) +
                                              " is beyond the tree of " + std::to_string(most) + " leaves");
}

}  // namespace

const Tile& TiledTree::tile(unsigned level, std::uint64_t index) {
  const auto place = std::pair(level, index);
  const auto known = tiles_.find(place);
  if (known != tiles_.end()) return known->second;
  const unsigned width = tile_width(size_, level, index);
  Tile read = read_(level, index, width);
  if (read.hashes.size() < width)
    throw Error(ErrorCode::ledger, "tile " + std::to_string(level) + "/" + std::to_string(index) + " has " +
                                       std::to_string(read.hashes.size()) + " hashes, a tree of " +
                                       std::to_string(size_) + " leaves needs " + std::to_string(width));
  return tiles_.emplace(place, std::move(read)).first->second;
}

// A tile's level covers eight heights: what stands between two levels is folded from the lower one's hashes.
Sha256 TiledTree::subtree(unsigned height, std::uint64_t index) {
  const unsigned level = height / 8, above = height % 8;
  const std::uint64_t first = index << above;
  const Tile& hashes = tile(level, first / Tile::k_width);
  const auto begin = hashes.hashes.begin() + static_cast<std::ptrdiff_t>(first % Tile::k_width);
  return root_of({begin, begin + (std::ptrdiff_t{1} << above)});
}

Sha256 TiledTree::range(std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t count = end - begin;
  if (std::has_single_bit(count)) {
    const auto height = static_cast<unsigned>(std::countr_zero(count));
    return subtree(height, begin >> height);
  }
  const std::uint64_t left = split(count);
  return hash_node(range(begin, begin + left), range(begin + left, end));
}

TreeHead TiledTree::head() {
  return {size_, size_ ? range(0, size_) : empty_root()};
}

std::vector<Sha256> TiledTree::inclusion_proof(LeafIndex index) {
  require_within(index + 1, size_, "leaf number");
  std::vector<Sha256> proof;  // from the root down, then turned
  for (std::uint64_t begin = 0, end = size_; end - begin > 1;) {
    const std::uint64_t middle = begin + split(end - begin);
    proof.push_back(index < middle ? range(middle, end) : range(begin, middle));
    (index < middle ? end : begin) = middle;
  }
  return {proof.rbegin(), proof.rend()};
}

std::vector<Sha256> TiledTree::consistency_proof(std::uint64_t old_size) {
  require_within(old_size, size_, "the older size");
  std::vector<Sha256> proof;
  if (old_size > 0 && old_size < size_) consistency(old_size, 0, size_, true, proof);
  return proof;
}

// SUBPROOF of RFC 6962 §2.1.2. `whole`: the older tree is the range's very beginning, whose root is known.
void TiledTree::consistency(std::uint64_t old_size, std::uint64_t begin, std::uint64_t end, bool whole,
                            std::vector<Sha256>& proof) {
  if (old_size == end) {
    if (!whole) proof.push_back(range(begin, end));
    return;
  }
  const std::uint64_t middle = begin + split(end - begin);
  if (old_size <= middle) {
    consistency(old_size, begin, middle, whole, proof);
    proof.push_back(range(middle, end));
  } else {
    consistency(old_size, middle, end, false, proof);
    proof.push_back(range(begin, middle));
  }
}

std::vector<Sha256> TiledTree::range_proof(LeafIndex begin, LeafIndex end) {
  require_within(end, size_, "the end");
  require_within(begin, end, "the begin");
  std::vector<Sha256> proof;
  if (size_ > 0) beside({begin, end}, 0, size_, proof);
  return proof;
}

void TiledTree::beside(std::pair<LeafIndex, LeafIndex> leaves, std::uint64_t begin, std::uint64_t end,
                       std::vector<Sha256>& proof) {
  if (end <= leaves.first || begin >= leaves.second) return proof.push_back(range(begin, end));
  if (begin >= leaves.first && end <= leaves.second) return;
  const std::uint64_t middle = begin + split(end - begin);
  beside(leaves, begin, middle, proof);
  beside(leaves, middle, end, proof);
}

bool verify_inclusion(const TreeHead& head, LeafIndex index, const Sha256& leaf_hash,
                      std::span<const Sha256> proof) {
  if (index >= head.size) return false;
  std::uint64_t node = index, last = head.size - 1;
  Sha256 root = leaf_hash;
  for (const auto& sibling : proof) {
    if (last == 0) return false;
    if (node & 1 || node == last) {
      root = hash_node(sibling, root);
      // A last node without a sibling rises unchanged.
      while (!(node & 1) && node != 0) node >>= 1, last >>= 1;
    } else {
      root = hash_node(root, sibling);
    }
    node >>= 1, last >>= 1;
  }
  return last == 0 && root == head.root;
}

bool verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Sha256> proof) {
  if (older.size > newer.size) return false;
  if (older.size == newer.size) return proof.empty() && older.root == newer.root;
  if (older.size == 0) return proof.empty() && older.root == empty_root();
  std::vector<Sha256> path(proof.begin(), proof.end());
  // An older tree of 2^n leaves is a node of the newer one, and the proof does not repeat its root.
  if (std::has_single_bit(older.size)) path.insert(path.begin(), older.root);
  if (path.empty()) return false;
  std::uint64_t node = older.size - 1, last = newer.size - 1;
  while (node & 1) node >>= 1, last >>= 1;
  Sha256 old_root = path.front(), new_root = path.front();
  for (const auto& hash : std::span(path).subspan(1)) {
    if (last == 0) return false;
    if (node & 1 || node == last) {
      old_root = hash_node(hash, old_root);
      new_root = hash_node(hash, new_root);
      while (!(node & 1) && node != 0) node >>= 1, last >>= 1;
    } else {
      new_root = hash_node(new_root, hash);
    }
    node >>= 1, last >>= 1;
  }
  return last == 0 && old_root == older.root && new_root == newer.root;
}

}  // namespace inkan::policy
