// What is wrong with a log, each with its place; the first of them are kept, all are counted.
#pragma once

#include <string>
#include <vector>

#include "policy/types/tree_head.h"

namespace inkan::policy {

struct Fault {
  std::string place;  // "leaf 17", "tile/0/000", "checkpoint"
  std::string what;
};

class Faults {
 public:
  static constexpr std::size_t k_kept = 50;  // enough to see the pattern; a broken log would fill the memory

  void add(std::string place, std::string what);
  void at(LeafIndex leaf, std::string what) { add("leaf " + std::to_string(leaf), std::move(what)); }

  const std::vector<Fault>& kept() const { return kept_; }
  std::uint64_t count() const { return count_; }
  bool full() const { return kept_.size() == k_kept; }

 private:
  std::vector<Fault> kept_;
  std::uint64_t count_ = 0;
};

}  // namespace inkan::policy
