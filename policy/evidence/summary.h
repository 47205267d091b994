// The page of a pack that a person reads first: HTML that stands alone and prints well. A function of the
// leaves, so that whoever judges the pack can write it again.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "policy/evidence/period_books.h"
#include "policy/evidence/statement.h"

namespace inkan::policy {

class Summary {
 public:
  static constexpr std::size_t k_most_lines = 1000;  // of each list; what is beyond is in leaves.jsonl

  void add_before(LeafIndex index, const LeafReader& leaf, BytesView octets);
  void add(LeafIndex index, const LeafReader& leaf, BytesView octets);
  // `first` and `end`: the leaves of the period.
  std::string page(const std::string& origin, const EvidenceScope& scope, LeafIndex first, LeafIndex end,
                   const PeriodBooks& books) const;

 private:
  enum class List { keys, versions, refused, troubles, exports };
  static constexpr std::size_t k_lists = 5;
  struct Line {
    LeafIndex index;
    std::string time, actor, type, about;
  };
  struct Lines {
    std::vector<Line> kept;
    std::uint64_t count = 0;
  };

  static std::optional<List> list_of(const LeafReader& leaf);  // nothing: it is in no list
  void note(List which, LeafIndex index, const LeafReader& leaf, BytesView octets);
  std::string list(List which, const char* title) const;

  std::array<Lines, k_lists> lists_;
  std::map<std::string, std::uint64_t> types_, profiles_, reasons_, rules_;
};

}  // namespace inkan::policy
