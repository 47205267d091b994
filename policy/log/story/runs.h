// The runs of the daemon: where each began and ended, and that time never went back.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "policy/log/merkle_tree.h"
#include "policy/log/story/catalogue.h"
#include "policy/log/story/faults.h"

namespace inkan::policy {

// The clock rule: the writer's time stands still while the machine's clock is behind it. So no leaf is
// earlier than the one before it, however the clock was set, and its id's milliseconds are its time's.
class Runs {
 public:
  explicit Runs(Faults& faults) : faults_(faults) {}

  // `before` gives the head of the tree up to this leaf; it is asked at the first leaf of a run only.
  void append(LeafIndex index, const LeafReader& leaf, const KnownType* type,
              const std::function<TreeHead()>& before);

  std::uint64_t count() const { return boots_.size(); }
  std::uint64_t crashes() const { return crashes_; }
  bool stopped() const { return stopped_; }  // the last one, by itself
  const std::string& first_time() const { return first_time_; }
  const std::string& last_time() const { return time_; }

 private:
  void begin(LeafIndex index, std::string_view boot, const KnownType* type, const TreeHead& before);
  void check_time(LeafIndex index, const LeafReader& leaf);
  void check_id(LeafIndex index, const LeafReader& leaf);
  void log_start(LeafIndex index, const LeafReader& leaf);

  Faults& faults_;
  std::set<std::string, std::less<>> boots_;
  std::string boot_, first_time_, time_, time_hex_;  // time_hex_: its milliseconds, as a UUIDv7 begins
  LeafIndex first_ = 0;                              // leaf of this run
  TreeHead before_{0, empty_root()};                 // this run
  bool told_start_ = false, stopped_ = false;
  std::uint64_t crashes_ = 0;
};

}  // namespace inkan::policy
