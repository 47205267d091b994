// What a log's leaves tell, held together: every leaf whole, every signature with its intent, every run with
// its start. The tree is the verifier's matter; this reads what stands in it, once, from the first leaf on.
#pragma once

#include "policy/log/story/approvals.h"
#include "policy/log/story/runs.h"
#include "policy/log/story/signings.h"

namespace inkan::policy {

class Story {
 public:
  Story(Faults& faults, GivenObjects& given)
      : faults_(faults), keys_(faults), runs_(faults), signings_(faults, keys_, given), approvals_(faults) {}
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  // The leaves in their order. `before` gives the head of the tree up to this one.
  void append(LeafIndex index, const LeafReader& leaf, const std::function<TreeHead()>& before);
  void finish();

  const Runs& runs() const { return runs_; }
  const Keys& keys() const { return keys_; }
  const Signings& signings() const { return signings_; }
  const Approvals& approvals() const { return approvals_; }
  std::map<std::string, std::uint64_t> types() const;  // leaves of each, known or not
  // What a later version writes: types, and members as "type.member". Kept and counted, never a fault.
  const std::map<std::string, std::uint64_t, std::less<>>& unknown() const { return unknown_; }

 private:
  void check_envelope(LeafIndex index, const LeafReader& leaf);
  void check_detail(LeafIndex index, const LeafReader& leaf, const KnownType& type);
  void check_fields(LeafIndex index, std::span<const LeafMember> members, std::span<const KnownField> known,
                    std::string_view prefix);

  Faults& faults_;
  Keys keys_;
  Runs runs_;
  Signings signings_;
  Approvals approvals_;
  std::vector<std::uint64_t> known_types_ = std::vector<std::uint64_t>(all_event_types().size());
  std::map<std::string, std::uint64_t, std::less<>> unknown_types_, unknown_;
};

}  // namespace inkan::policy
