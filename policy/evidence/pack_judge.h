// The judgement of an evidence pack, from its octets and the log's verifier key alone: its leaves are those
// of the signed tree, all of the period's and no other; what they tell of is there; what is derived from them
// is what they give.
#pragma once

#include "policy/evidence/contents.h"
#include "policy/evidence/pack_reader.h"
#include "policy/evidence/period_books.h"
#include "policy/evidence/summary.h"

namespace inkan::policy {

class PackJudge {
 public:
  PackJudge(const NoteVerifier& ledger, std::uint64_t size, ReadAt read)
      : ledger_(ledger), read_(std::move(read)), size_(size), books_(faults_) {}
  PackJudge(const PackJudge&) = delete;
  PackJudge& operator=(const PackJudge&) = delete;

  // Never throws for what the pack holds: that is a fault. What `read` throws goes on. `progress` hears how
  // many leaves were read.
  void run(const std::function<void(std::uint64_t)>& progress);

  const Faults& faults() const { return faults_; }  // none: the pack is good
  const std::optional<EvidenceContents>& contents() const { return contents_; }
  const PeriodBooks& books() const { return books_; }
  std::uint64_t objects() const { return objects_; }  // certificates and CRLs
  // Nothing in the tree is later than the period: leaves of its end may be missing from the tree.
  bool open_ended() const { return contents_ && contents_->end == contents_->scope.tree.size; }

 private:
  void judge(const std::function<void(std::uint64_t)>& progress);
  void hold_head(PackReader& members);
  void hold_beside(PackReader& members);
  void hold_line_beside(const EvidenceContents::Beside& known, BytesView octets);
  void hold_leaves(PackReader& members, const std::function<void(std::uint64_t)>& progress);
  void hold_object(PackReader& members, LeafIndex leaf, const PeriodObject& object);
  void hold_vote(const std::string& file, BytesView cms);
  void hold_documents(PackReader& members, const std::set<Sha256>& wanted, std::string (*name)(const Sha256&),
                      const char* what);
  void hold_derived(PackReader& members, std::string_view name, const std::string& expected);
  bool read_leaf(LeafIndex index, BytesView octets);  // into leaf_
  bool in_period(const LeafReader& leaf) const;

  const NoteVerifier& ledger_;
  ReadAt read_;
  std::uint64_t size_;
  Faults faults_;
  PeriodBooks books_;
  Summary summary_;
  std::optional<EvidenceContents> contents_;
  LeafReader leaf_;
  std::uint64_t objects_ = 0;
};

}  // namespace inkan::policy
