#include "daemon/evidence/pack_writer.h"

#include <set>

#include "daemon/evidence/pack_file.h"
#include "policy/evidence/contents.h"
#include "policy/evidence/period_books.h"
#include "policy/evidence/summary.h"
#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

using policy::Error;
using policy::ErrorCode;
using policy::EventType;
using policy::LeafIndex;
using policy::LeafReader;

constexpr int k_page = 1000;           // leaves read at a time
constexpr LeafIndex k_step = 100'000;  // leaves looked through at a time

// What a period rests on, from whenever it was.
const std::vector<EventType> k_foundations = {
    EventType::key_generate,    EventType::key_state,       EventType::key_destroy,
    EventType::key_backup,      EventType::ca_issue,        EventType::ca_request,
    EventType::ca_import,       EventType::ca_activate,     EventType::ca_retire,
    EventType::role_grant,      EventType::ceremony_step,   EventType::approval_request,
    EventType::approval_vote,   EventType::approval_result, EventType::issuing_stop,
    EventType::issuing_start,   EventType::config_change,   EventType::profile_change,
    EventType::software_update, EventType::role_revoke,     EventType::blocklist_change};

class PackMaker {
 public:
  PackMaker(Store& store, const TileFiles& tiles, const policy::NoteVerifier& log,
            const policy::EvidenceScope& scope, const std::function<bool()>& go_on)
      : store_(store),
        tiles_(tiles),
        log_(log),
        go_on_(go_on),
        contents_{log.origin(), log.verifier_key(), scope, 0, 0, {}, {}} {
    note_ = log_.alone(store_.checkpoint_note(scope.tree.size).value_or("")).value_or("");
    const auto head = log_.open(note_);
    if (!head || head->root != scope.tree.root || head->size != scope.tree.size)
      throw Error(ErrorCode::ledger,
                  "the store has no checkpoint of " + std::to_string(scope.tree.size) + " leaves");
    contents_.begin = store_.first_leaf_at(scope.tree.size, scope.from);
    contents_.end = store_.first_leaf_at(scope.tree.size, scope.to);
  }

  policy::Sha256 write(const std::filesystem::path& file, std::uint64_t reserve) {
    gather();
    demand_room(file.parent_path(), reserve);
    PackFile pack(file, contents_.scope.to);
    pack.add(policy::k_evidence_member, policy::as_bytes(contents_.json()));
    pack.add(policy::k_checkpoint_member, policy::as_bytes(note_));
    policy::PeriodBooks books(unheard_);
    policy::Summary summary;
    write_beside(pack, books, summary);
    write_leaves(pack, books, summary);
    write_objects(pack);
    for (const auto& digest : books.profiles())
      write_document(pack, policy::profile_member(digest), store_.profile_document(digest));
    for (const auto& digest : books.configs())
      write_document(pack, policy::config_member(digest), store_.config_document(digest));
    pack.add(policy::k_reconcile_member, policy::as_bytes(books.reconcile_json()));
    pack.add(policy::k_summary_member, policy::as_bytes(summary.page(contents_.origin, contents_.scope,
                                                                     contents_.begin, contents_.end, books)));
    return pack.finish();
  }

 private:
  // Which leaves beside the period belong to it, how large it is, and the proofs of both.
  void gather() {
    const LeafIndex begin = contents_.begin, end = contents_.end;
    std::set<LeafIndex> wanted;
    each_of_the_period([&](LeafIndex, const policy::Bytes& octets) {
      size_ += octets.size() + 1;
      if (leaf_.read(octets)) return;
      if (const auto of = policy::PeriodBooks::told_of(leaf_); of && *of < begin) wanted.insert(*of);
    });
    gather_foundations(wanted);
    if (begin > 0) wanted.insert(begin - 1);
    if (end < contents_.scope.tree.size) wanted.insert(end);
    auto tree = tiles_.tree(contents_.scope.tree.size);
    contents_.range_proof = tree.range_proof(begin, end);
    for (const auto index : wanted) contents_.beside.push_back({index, tree.inclusion_proof(index)});
  }

  // Backwards, in steps that keep no reader for long: of starts the last one is wanted, and no other.
  void gather_foundations(std::set<LeafIndex>& wanted) {
    bool started = false;
    for (LeafIndex end = contents_.begin; end > 0; end -= std::min(end, k_step)) {
      go_on_or_throw();
      const LeafIndex begin = end - std::min(end, k_step);
      for (const auto index : store_.find_types(begin, end, k_foundations)) wanted.insert(index);
      if (started) continue;
      const auto starts = store_.find_types(begin, end, {EventType::daemon_start});
      started = !starts.empty();
      if (started) wanted.insert(starts.back());
    }
  }

  void go_on_or_throw() const {
    if (!go_on_()) throw Error(ErrorCode::unavailable, "the daemon is stopping: order the pack again");
  }

  // What leaves tell of is about as large as they are: twice that, and some for the rest.
  void demand_room(const std::filesystem::path& folder, std::uint64_t reserve) const {
    const std::uint64_t needed = 3 * size_ + (std::uint64_t{1} << 20);
    const auto available = std::filesystem::space(folder).available;
    if (available < reserve || available - reserve < needed)
      throw Error(ErrorCode::store, "the pack may take " + std::to_string(needed >> 20) + " MiB, and " +
                                        std::to_string(reserve >> 20) +
                                        " MiB of the disk are left to the ledger: make room beside " +
                                        folder.string() + ", or ask for a shorter period");
  }

  template <class Each>
  void each_of_the_period(Each each) {
    for (LeafIndex from = contents_.begin; from < contents_.end;) {
      go_on_or_throw();
      const auto most = std::min<std::uint64_t>(k_page, contents_.end - from);
      const auto page = store_.leaves(from, static_cast<int>(most));
      for (const auto& entry : page) {
        if (entry.index != from) break;
        each(from++, entry.leaf);
      }
      if (page.empty() || page.back().index + 1 != from)
        throw Error(ErrorCode::ledger, "leaf " + std::to_string(from) + " is missing");
    }
  }

  policy::Bytes leaf_at(LeafIndex index) {
    const auto octets = store_.leaf(index);
    if (!octets) throw Error(ErrorCode::ledger, "leaf " + std::to_string(index) + " is missing");
    return policy::to_bytes(policy::as_bytes(*octets));
  }

  template <class Each>
  void each_before(Each each) {
    for (const auto& [index, proof] : contents_.beside) {
      const auto octets = leaf_at(index);
      if (index < contents_.begin && !leaf_.read(octets)) each(index, octets);
    }
  }

  void write_beside(PackFile& pack, policy::PeriodBooks& books, policy::Summary& summary) {
    std::string lines;
    for (const auto& [index, proof] : contents_.beside)
      lines.append(policy::as_text(leaf_at(index))).append("\n");
    pack.add(policy::k_beside_member, policy::as_bytes(lines));
    each_before([&](LeafIndex index, const policy::Bytes& octets) {
      books.add_before(index, leaf_);
      summary.add_before(index, leaf_, octets);
    });
  }

  void write_leaves(PackFile& pack, policy::PeriodBooks& books, policy::Summary& summary) {
    pack.begin(policy::k_leaves_member, size_);
    each_of_the_period([&](LeafIndex index, const policy::Bytes& octets) {
      pack.write(octets);
      pack.write(policy::as_bytes("\n"));
      if (leaf_.read(octets)) return;
      summary.add(index, leaf_, octets);
      books.add(index, leaf_);
    });
    pack.end();
  }

  // A pass of its own over the leaves: nothing of the size of the period is held in memory.
  void write_objects(PackFile& pack) {
    policy::PeriodBooks books(unheard_);
    each_before([&](LeafIndex index, const policy::Bytes&) { books.add_before(index, leaf_); });
    each_of_the_period([&](LeafIndex index, const policy::Bytes& octets) {
      if (leaf_.read(octets)) return;
      const auto object = books.add(index, leaf_);
      if (!object) return;
      const auto der = object_for(object->file);
      if (policy::sha256(der) == object->sha256) pack.add(object->file, der);
    });
  }

  policy::Bytes object_for(const std::string& file) {
    const auto name = file.substr(file.find('/') + 1);
    const auto stem = name.substr(0, name.rfind('.'));
    if (file.starts_with("votes/")) return store_.vote_cms(*leaf_.number("index"));
    if (!file.starts_with("crls/")) {
      const auto serial = policy::Serial::parse(stem);
      return serial ? store_.certificate_der(*serial) : policy::Bytes();
    }
    const auto number = leaf_.number("detail", "number").value_or(0);
    return store_.crl_der(stem.substr(0, stem.rfind('-')), number);
  }

  static void write_document(PackFile& pack, const std::string& name,
                             const std::optional<std::string>& document) {
    if (document) pack.add(name, policy::as_bytes(*document));
  }

  Store& store_;
  const TileFiles& tiles_;
  const policy::NoteVerifier& log_;
  const std::function<bool()>& go_on_;
  policy::EvidenceContents contents_;
  std::string note_;
  std::uint64_t size_ = 0;  // octets of leaves.jsonl
  LeafReader leaf_;
  policy::Faults unheard_;  // whoever judges the pack finds them again
};

}  // namespace

policy::Sha256 write_pack(Store& store, const TileFiles& tiles, const policy::NoteVerifier& log,
                          const policy::EvidenceScope& scope, const std::filesystem::path& file,
                          const std::function<bool()>& go_on, std::uint64_t reserve) {
  return PackMaker(store, tiles, log, scope, go_on).write(file, reserve);
}

}  // namespace inkan::daemon
