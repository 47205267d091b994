#include "policy/evidence/pack_judge.h"

#include <nlohmann/json.hpp>

#include "policy/dual_control/ballot.h"
#include "policy/log/proof.h"
#include "policy/log/story/given_objects.h"
#include "policy/log/story/leaf_values.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::uint64_t k_most_contents = std::uint64_t{64} << 20;  // octets of evidence.json
constexpr std::uint64_t k_most_small = std::uint64_t{16} << 20;
constexpr std::uint64_t k_most_object = std::uint64_t{256} << 20;  // a CRL can be large

}  // namespace

void PackJudge::run(const std::function<void(std::uint64_t)>& progress) {
  try {
    judge(progress);
  } catch (const Error& error) {
    // What cannot be read ends the judgement: nothing after it could be placed.
    if (error.code() != ErrorCode::invalid_input) throw;
    faults_.add("archive", error.what());
  }
}

void PackJudge::judge(const std::function<void(std::uint64_t)>& progress) {
  PackReader members(size_, read_);
  hold_head(members);
  hold_beside(members);
  hold_leaves(members, progress);
  hold_documents(members, books_.profiles(), &profile_member, "profile");
  hold_documents(members, books_.configs(), &config_member, "configuration");
  hold_derived(members, k_reconcile_member, books_.reconcile_json());
  hold_derived(members, k_summary_member,
               summary_.page(contents_->origin, contents_->scope, contents_->begin, contents_->end, books_));
  if (const auto& rest = members.next()) faults_.add(rest->head.name, "it has no place in this pack");
}

void PackJudge::hold_head(PackReader& members) {
  const auto& first = members.next();
  const Instant time = first ? first->head.time : Instant{};
  contents_ = EvidenceContents::parse(as_text(members.take(k_evidence_member, k_most_contents)));
  members.demand_time(contents_->scope.to);
  if (time != contents_->scope.to) faults_.add("evidence.json", "it bears another time than the pack's end");
  const auto note = members.take(k_checkpoint_member, k_most_small);
  const auto head = ledger_.open(as_text(note));
  if (!head)
    faults_.add("checkpoint", "it is no checkpoint under " + ledger_.verifier_key());
  else if (head->size != contents_->scope.tree.size || head->root != contents_->scope.tree.root)
    faults_.add("checkpoint", "it is of another tree than evidence.json says");
  if (contents_->origin != ledger_.origin() || contents_->verifier_key != ledger_.verifier_key())
    faults_.add("evidence.json", "it is of another log than " + ledger_.origin());
}

bool PackJudge::read_leaf(LeafIndex index, BytesView octets) {
  if (const auto bad = leaf_.read(octets)) {
    faults_.at(index,
               std::string("no canonical leaf: ") + bad->what + " at octet " + std::to_string(bad->offset));
    return false;
  }
  if (leaf_.number("index") != index) faults_.at(index, "it names another index");
  return true;
}

bool PackJudge::in_period(const LeafReader& leaf) const {
  const auto time = read_time(leaf.text("time").value_or(""));
  return time && *time >= contents_->scope.from && *time < contents_->scope.to;
}

void PackJudge::hold_beside(PackReader& members) {
  const auto& c = *contents_;
  const auto member = members.pass(k_beside_member);
  MemberLines lines(member, read_);
  bool before = c.begin == 0, after = c.end == c.scope.tree.size;
  std::optional<LeafIndex> last;
  for (const auto& each : c.beside) {
    const auto line = lines.next();
    if (!line) return faults_.add("beside.jsonl", "it has fewer lines than evidence.json has proofs");
    if ((last && each.index <= *last) || (each.index >= c.begin && each.index != c.end))
      return faults_.at(each.index, "it has no place in beside.jsonl");
    last = each.index;
    before = before || each.index + 1 == c.begin;
    after = after || each.index == c.end;
    hold_line_beside(each, *line);
  }
  if (lines.next()) faults_.add("beside.jsonl", "it has more lines than evidence.json has proofs");
  if (!before)
    faults_.add("beside.jsonl", "the leaf before the period is missing: it may have begun earlier");
  if (!after) faults_.add("beside.jsonl", "the leaf after the period is missing: it may go on");
}

void PackJudge::hold_line_beside(const EvidenceContents::Beside& known, BytesView octets) {
  if (!verify_inclusion(contents_->scope.tree, known.index, hash_leaf(octets), known.proof))
    faults_.at(known.index, "it is not in the signed tree");
  if (!read_leaf(known.index, octets)) return;
  if (in_period(leaf_)) faults_.at(known.index, "its time is in the period, and it is kept outside of it");
  if (known.index >= contents_->begin) return;
  books_.add_before(known.index, leaf_);
  summary_.add_before(known.index, leaf_, octets);
}

void PackJudge::hold_leaves(PackReader& members, const std::function<void(std::uint64_t)>& progress) {
  const auto& c = *contents_;
  const auto member = members.pass(k_leaves_member);
  MemberLines lines(member, read_);
  LeafIndex index = c.begin;
  const auto next = [&] {
    const auto line = lines.next();
    if (!line)
      throw Error(ErrorCode::invalid_input, "leaves.jsonl ends before leaf " + std::to_string(index));
    const Sha256 hash = hash_leaf(*line);
    if (read_leaf(index, *line)) {
      if (!in_period(leaf_)) faults_.at(index, "its time is not in the period");
      summary_.add(index, leaf_, *line);
      if (const auto object = books_.add(index, leaf_)) hold_object(members, index, *object);
    }
    progress(++index - c.begin);
    return hash;
  };
  if (!verify_range(c.scope.tree, c.begin, c.end, next, c.range_proof))
    faults_.add("leaves.jsonl", "these are not the leaves " + std::to_string(c.begin) + " to " +
                                    std::to_string(c.end) + " of the signed tree");
  if (lines.next()) faults_.add("leaves.jsonl", "it has more leaves than evidence.json says");
}

void PackJudge::hold_object(PackReader& members, LeafIndex leaf, const PeriodObject& object) {
  const auto& next = members.next();
  if (!next || next->head.name != object.file)
    return faults_.add(object.file, "it is missing; leaf " + std::to_string(leaf) + " tells of it");
  const auto der = members.take(object.file, k_most_object);
  ++objects_;
  if (sha256(der) != object.sha256)
    return faults_.add(object.file, "it is not what leaf " + std::to_string(leaf) + " tells of");
  if (object.is_vote) return hold_vote(object.file, der);
  if (!object.tbs_sha256) return;  // its intent is missing, as was said
  if (GivenObject::parse(der, object.file).tbs_sha256 != *object.tbs_sha256)
    faults_.add(object.file, "what was signed is not what its intent names");
}

// An officer's signature, over the document in its leaf, by the key that he was made an officer with.
void PackJudge::hold_vote(const std::string& file, BytesView cms) {
  const auto escaped = leaf_.text("detail", "document").value_or("");
  const auto document = nlohmann::json::parse("\"" + std::string(escaped) + "\"", nullptr, false);
  const auto ballot = document.is_string() ? Ballot::parse(document.get<std::string>()) : std::nullopt;
  if (!ballot) return faults_.add(file, "its leaf has no document that a vote could be on");
  if (ballot->request_id != leaf_.text("detail", "request") ||
      ballot->approve != (leaf_.text("detail", "vote") == "approve") ||
      ballot->ledger_origin != contents_->origin)
    faults_.add(file, "its document is on another request, another choice or another log's");
  if (books_.officer_key(leaf_.text("actor", "id").value_or("")) != ballot->officer)
    faults_.add(file, "its key is none that its voter was made an officer with");
  if (const auto fault = fault_in_vote(*ballot, cms)) faults_.add(file, fault->detail);
}

void PackJudge::hold_documents(PackReader& members, const std::set<Sha256>& wanted,
                               std::string (*name)(const Sha256&), const char* what) {
  for (const auto& digest : wanted) {
    const auto file = name(digest);
    const auto& next = members.next();
    if (!next || next->head.name != file) {
      faults_.add(file, std::string("this ") + what + " is missing");
      continue;
    }
    if (sha256(members.take(file, k_most_small)) != digest)
      faults_.add(file, std::string("it is not the ") + what + " that its name says");
  }
}

void PackJudge::hold_derived(PackReader& members, std::string_view name, const std::string& expected) {
  if (as_text(members.take(name, k_most_small)) != expected)
    faults_.add(std::string(name), "it does not follow from the leaves");
}

}  // namespace inkan::policy
