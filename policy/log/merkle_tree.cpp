#include "policy/log/merkle_tree.h"

#include <optional>
#include <utility>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::uint8_t k_leaf_prefix[] = {0x00};
constexpr std::uint8_t k_node_prefix[] = {0x01};

// RFC 6962 §2.1 on a range of subtree roots: split at the largest power of two below the count.
Sha256 fold(const Sha256* hashes, std::size_t count) {
  if (count == 1) return *hashes;
  std::size_t left = 1;
  while (left * 2 < count) left *= 2;
  return hash_node(fold(hashes, left), fold(hashes + left, count - left));
}

}  // namespace

Sha256 hash_leaf(BytesView leaf) {
  return sha256({k_leaf_prefix, leaf});
}

Sha256 hash_node(const Sha256& left, const Sha256& right) {
  std::array<std::uint8_t, 65> input;
  input[0] = k_node_prefix[0];
  std::copy(left.array().begin(), left.array().end(), input.begin() + 1);
  std::copy(right.array().begin(), right.array().end(), input.begin() + 33);
  return sha256(input);
}

Sha256 empty_root() {
  return sha256(BytesView{});
}

Sha256 root_of(const std::vector<Sha256>& leaf_hashes) {
  return leaf_hashes.empty() ? empty_root() : fold(leaf_hashes.data(), leaf_hashes.size());
}

Sha256 Tile::root() const {
  return fold(hashes.data(), hashes.size());
}

Bytes Tile::encode() const {
  Bytes bytes;
  bytes.reserve(hashes.size() * Sha256::k_size);
  for (const auto& hash : hashes) bytes.insert(bytes.end(), hash.array().begin(), hash.array().end());
  return bytes;
}

Tile Tile::decode(unsigned level, std::uint64_t index, BytesView bytes) {
  if (bytes.empty() || bytes.size() % Sha256::k_size || bytes.size() > k_width * Sha256::k_size)
    throw Error(ErrorCode::ledger, "tile " + std::to_string(level) + "/" + std::to_string(index) + " has " +
                                       std::to_string(bytes.size()) +
                                       " octets; a tile is 1 to 256 hashes of 32");
  Tile tile{level, index, {}};
  for (std::size_t at = 0; at < bytes.size(); at += Sha256::k_size)
    tile.hashes.push_back(*Sha256::from(bytes.subspan(at, Sha256::k_size)));
  return tile;
}

RightEdge RightEdge::restore(std::uint64_t size, const std::function<Sha256(LeafIndex)>& leaf_hash,
                             const std::function<Tile(unsigned, std::uint64_t)>& full_tile) {
  RightEdge edge;
  edge.size_ = size;
  std::uint64_t count = size;  // of hashes on this level
  for (unsigned level = 0; count > 0; ++level) {
    auto& partial = edge.levels_.emplace_back();
    for (std::uint64_t i = count - count % Tile::k_width; i < count; ++i) {
      if (level == 0) {
        partial.push_back(leaf_hash(i));
        continue;
      }
      const Tile below = full_tile(level - 1, i);
      if (below.hashes.size() != Tile::k_width)
        throw Error(ErrorCode::ledger,
                    "tile " + std::to_string(level - 1) + "/" + std::to_string(i) + " is not full");
      partial.push_back(below.root());
    }
    count /= Tile::k_width;
  }
  // A partial tile's hashes are roots of equally large subtrees, so each one-bit of their number is one peak.
  for (auto level = edge.levels_.rbegin(); level != edge.levels_.rend(); ++level) {
    std::size_t begin = 0;
    for (std::size_t width = Tile::k_width / 2; width > 0; width /= 2) {
      if (!(level->size() & width)) continue;
      edge.peaks_.push_back(fold(level->data() + begin, width));
      begin += width;
    }
  }
  return edge;
}

std::vector<Tile> RightEdge::append(const Sha256& leaf_hash) {
  std::vector<Tile> completed;
  Sha256 peak = leaf_hash;
  for (std::uint64_t full = size_; full & 1; full >>= 1) {
    peak = hash_node(peaks_.back(), peak);
    peaks_.pop_back();
  }
  peaks_.push_back(peak);
  std::uint64_t index = size_++;
  Sha256 hash = leaf_hash;
  for (unsigned level = 0;; ++level) {
    if (levels_.size() <= level) levels_.emplace_back();
    levels_[level].push_back(hash);
    if (levels_[level].size() < Tile::k_width) return completed;
    Tile tile{level, index / Tile::k_width, std::exchange(levels_[level], {})};
    hash = tile.root();
    completed.push_back(std::move(tile));
    index /= Tile::k_width;
  }
}

TreeHead RightEdge::head() const {
  if (peaks_.empty()) return {0, empty_root()};
  // RFC 6962 §2.1 splits at the largest power of two: the peaks, folded from the right.
  Sha256 root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = hash_node(peaks_[i], root);
  return {size_, root};
}

Tile RightEdge::partial_tile(unsigned level) const {
  if (level >= levels_.size()) return {level, 0, {}};
  return {level, size_ >> (8 * (level + 1)), levels_[level]};
}

}  // namespace inkan::policy
