#include <bit>

#include "policy/log/proof.h"

namespace inkan::policy {
namespace {

// Walks the tree from left to right: leaves where they are given, the proof's hashes beside them.
class RangeRoot {
 public:
  RangeRoot(LeafIndex begin, LeafIndex end, const std::function<Sha256()>& next_leaf_hash,
            std::span<const Sha256> proof)
      : begin_(begin), end_(end), next_leaf_hash_(next_leaf_hash), proof_(proof) {}

  Sha256 of(std::uint64_t begin, std::uint64_t end) {
    if (end <= begin_ || begin >= end_) return beside();
    if (end - begin == 1) return next_leaf_hash_();
    const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
    const Sha256 left = of(begin, middle);
    return hash_node(left, of(middle, end));
  }
  bool used_up() const { return !short_ && proof_.empty(); }

 private:
  Sha256 beside() {
    if (proof_.empty()) {
      short_ = true;  // whatever comes out, it is no proof
      return empty_root();
    }
    const Sha256 hash = proof_.front();
    proof_ = proof_.subspan(1);
    return hash;
  }

  LeafIndex begin_, end_;
  const std::function<Sha256()>& next_leaf_hash_;
  std::span<const Sha256> proof_;
  bool short_ = false;
};

}  // namespace

bool verify_range(const TreeHead& head, LeafIndex begin, LeafIndex end,
                  const std::function<Sha256()>& next_leaf_hash, std::span<const Sha256> proof) {
  if (begin > end || end > head.size) return false;
  if (head.size == 0) return proof.empty() && head.root == empty_root();
  RangeRoot walk(begin, end, next_leaf_hash, proof);
  const Sha256 root = walk.of(0, head.size);
  return walk.used_up() && root == head.root;
}

}  // namespace inkan::policy
