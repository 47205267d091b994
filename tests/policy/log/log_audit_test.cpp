#include "policy/log/log_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "tests/support/log_story.h"
#include "tests/support/process.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* k_origin = "audit.example.test/log";
constexpr std::size_t k_old_size = 300, k_size = 700;  // partial tiles at both, full ones below

using Files = std::map<std::string, std::string>;

Files files_of(const std::vector<std::string>& leaves) {
  Files files;
  test::TileFiles tiles([&](const std::string& name, const std::string& octets) { files[name] = octets; });
  for (const auto& leaf : leaves) tiles.append(leaf);
  tiles.finish();
  return files;
}

// A log at two times, its key, and the checkpoint of each.
struct SignedLog {
  SignedLog() {
    test::LogStory story([this](LeafIndex, const std::string& leaf) { leaves.push_back(leaf); });
    story.set_up();
    while (leaves.size() < k_size) story.issue();
    leaves.resize(k_size);
    newest = files_of(leaves);
    for (const auto size : {k_old_size, k_size}) heads.emplace(size, computed(size));
    newest["checkpoint"] = checkpoint(leaves.size());
    older = files_of({leaves.begin(), leaves.begin() + k_old_size});
    older["checkpoint"] = checkpoint(k_old_size);
    // What a mirror keeps of earlier times: nothing reads it any more.
    for (const auto& [name, octets] : older)
      if (name.find(".p/") != std::string::npos) newest.emplace(name, octets);
  }
  TreeHead head(std::size_t size) const { return heads.at(size); }
  TreeHead computed(std::size_t size) const {
    std::vector<Sha256> hashes;
    for (std::size_t i = 0; i < size; ++i) hashes.push_back(hash_leaf(as_bytes(leaves[i])));
    return {size, root_of(hashes)};
  }
  std::string checkpoint(std::size_t size) const {
    const CheckpointBody body(k_origin, head(size), KeyId({}), SignatureAlgorithm::ed25519);
    return verifier.seal(body, test::sign_message(key, SignatureAlgorithm::ed25519, body.to_be_signed()));
  }

  test::TestKey key = test::make_key(KeyAlgorithm::ed25519);
  NoteVerifier verifier{k_origin, key.public_key};
  std::vector<std::string> leaves;
  std::map<std::size_t, TreeHead> heads;
  Files newest, older;
};

const SignedLog& the_log() {
  static const SignedLog log;
  return log;
}

// What an auditor hears who holds the checkpoints of these sizes.
std::vector<std::string> audit(const Files& files, const std::vector<std::size_t>& kept = {}) {
  const auto& log = the_log();
  const auto note = files.find("checkpoint");
  const auto head = note == files.end() ? std::nullopt : log.verifier.open(note->second);
  if (!head) return {"checkpoint: not under the key"};
  GivenObjects given;
  LogAudit judge(
      *head,
      [&](const TilePath& path) -> std::optional<BytesView> {
        const auto found = files.find(path.text());
        return found == files.end() ? std::nullopt : std::optional(as_bytes(found->second));
      },
      given);
  for (const auto size : kept) judge.expect_kept(log.head(size), "kept-" + std::to_string(size));
  judge.run([](std::uint64_t) {});
  std::vector<std::string> faults;
  for (const auto* of : {&judge.faults(), &judge.story_faults()})
    for (const auto& fault : of->kept()) faults.push_back(fault.place + ": " + fault.what);
  return faults;
}

TEST(LogAudit, AgreesWithAnHonestLog) {
  EXPECT_THAT(audit(the_log().newest, {k_old_size, k_size}), IsEmpty());
  EXPECT_THAT(audit(the_log().older, {k_old_size}), IsEmpty());
}

TEST(LogAudit, TakesAFullFileForThePartialOneItReplaced) {
  Files files = the_log().newest;
  for (const auto& name : {"tile/0/000", "tile/0/001", "tile/entries/000", "tile/entries/001"})
    ASSERT_TRUE(files.contains(name));
  Files grown = the_log().older;
  for (const auto& [name, octets] : the_log().newest)
    if (name.find(".p/") == std::string::npos && name != "checkpoint") grown.insert_or_assign(name, octets);
  grown.erase("tile/0/001.p/44");
  grown.erase("tile/entries/001.p/44");
  EXPECT_THAT(audit(grown, {k_old_size}), IsEmpty());
}

TEST(LogAudit, NamesTheLeafThatWasChanged) {
  Files files = the_log().newest;
  auto& bundle = files["tile/entries/001"];
  const auto at = bundle.find("web-1", bundle.size() / 2);
  bundle.replace(at, 5, "web-2");
  const auto faults = audit(files);
  EXPECT_THAT(faults, Contains(testing::MatchesRegex(
                          "leaf [0-9]+ \\(tile/entries/001\\): it is not the leaf that was signed.*")));
  EXPECT_THAT(faults, Contains(HasSubstr("another root at size 700")));
}

TEST(LogAudit, TellsAChangedTileFromAChangedLeaf) {
  for (const char* name : {"tile/0/000", "tile/0/002.p/188", "tile/1/000.p/2"}) {
    Files files = the_log().newest;
    ASSERT_TRUE(files.contains(name)) << name;
    files[name][33] ^= 1;
    const auto faults = audit(files);
    ASSERT_EQ(faults.size(), 1u) << name;
    EXPECT_THAT(faults[0], HasSubstr(std::string(name) + ": hash 1 is not that of what stands below it"));
  }
}

// Leaf and tile changed to fit each other: the tile above, which the head binds, says below which hash it is.
TEST(LogAudit, FindsALeafAndItsTileThatFitEachOther) {
  auto leaves = the_log().leaves;
  auto& leaf = leaves[100];
  leaf.replace(leaf.find("node-1"), 6, "node-2");
  const Files forged = files_of(leaves);
  Files files = the_log().newest;
  for (const char* name : {"tile/entries/000", "tile/0/000"}) files[name] = forged.at(name);
  const auto faults = audit(files);
  EXPECT_THAT(faults,
              Contains(HasSubstr("tile/0/000: it and the leaves below it are not those that were signed")));
  EXPECT_THAT(faults, Contains(HasSubstr("another root at size 700")));
}

// The joint roll-back of log and checkpoint agrees with itself: only what was kept outside finds it.
TEST(LogAudit, NeedsAKeptCheckpointToFindARollBack) {
  EXPECT_THAT(audit(the_log().older), IsEmpty());
  EXPECT_THAT(audit(the_log().older, {k_size}), Contains(HasSubstr("kept-700 already covered 700")));
}

// A fork: another log of the same length under the same key.
TEST(LogAudit, NeedsAKeptCheckpointToFindAFork) {
  SignedLog fork;
  fork.key = the_log().key;
  fork.verifier = the_log().verifier;
  auto& leaf = fork.leaves[50];
  leaf.replace(leaf.find("node-1"), 6, "node-2");
  fork.heads.insert_or_assign(k_size, fork.computed(k_size));
  Files files = files_of(fork.leaves);
  files["checkpoint"] = fork.checkpoint(k_size);
  EXPECT_THAT(audit(files), IsEmpty());
  EXPECT_THAT(audit(files, {k_old_size}), Contains(HasSubstr("kept-300 gives another root at size 300")));
}

TEST(LogAudit, FindsMissingAndCutFiles) {
  for (const auto& [name, octets] : the_log().newest) {
    if (name == "checkpoint" || the_log().older.contains(name)) continue;
    Files files = the_log().newest;
    files.erase(name);
    EXPECT_THAT(audit(files), Contains(HasSubstr(name + ": the file is missing"))) << name;
    files[name] = octets.substr(0, octets.size() - 1);
    EXPECT_THAT(audit(files), Contains(HasSubstr(name))) << name;
  }
}

// ---- The campaign: random changes of files. What changes an answer is found, with its place; what nobody
// reads changes nothing.

struct Answers {
  std::optional<TreeHead> head;
  std::map<std::string, std::string> used;  // by name, what is read of each file
  bool operator==(const Answers&) const = default;
};

Answers answers(const Files& files) {
  Answers all;
  const auto note = files.find("checkpoint");
  if (note != files.end()) all.head = the_log().verifier.open(note->second);
  static const Files k_used = files_of(the_log().leaves);
  for (const auto& [name, octets] : k_used) {
    const auto found = files.find(name);
    all.used[name] = found == files.end() ? "missing" : found->second;
  }
  return all;
}

struct Campaign {
  std::mt19937_64 random{20261126};
  Files files;
  std::string changed, also;  // the files

  std::size_t below(std::size_t end) { return random() % end; }
  std::string& pick() {
    auto at = files.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(below(files.size())));
    changed = at->first;
    return at->second;
  }
  void flip() {
    auto& octets = pick();
    octets[below(octets.size())] ^= static_cast<char>(1 << below(8));
  }
  void insert() {
    auto& octets = pick();
    octets.insert(below(octets.size() + 1), 1, static_cast<char>(random()));
  }
  void erase() {
    auto& octets = pick();
    octets.erase(below(octets.size()), 1 + below(40));
  }
  void truncate() {
    auto& octets = pick();
    octets.resize(below(octets.size()));
  }
  void repeat() {
    auto& octets = pick();
    const auto at = below(octets.size());
    octets.insert(at, octets.substr(at, 1 + below(64)));
  }
  void remove() {
    pick();
    files.erase(changed);
  }
  void swap_rows() {
    auto& octets = pick();
    const auto entries = parse_entries(as_bytes(octets));
    if (changed.starts_with("tile/entries") && entries && entries->size() > 1) {
      std::vector<BytesView> rows = *entries;
      const auto at = below(rows.size() - 1);
      std::swap(rows[at], rows[at + 1]);
      std::string bundle;
      for (const auto row : rows) append_entry(bundle, row);
      octets = bundle;
    } else if (octets.size() >= 64) {
      const auto at = 32 * below(octets.size() / 32 - 1);
      octets =
          octets.substr(0, at) + octets.substr(at + 32, 32) + octets.substr(at, 32) + octets.substr(at + 64);
    }
  }
  void swap_files() {
    std::string& one = pick();
    const std::string name = changed;
    std::string& two = pick();
    if (&one != &two) std::swap(one, two);
    also = name;
  }
  void roll_back_file() {
    auto& octets = pick();
    const auto old = the_log().older.find(changed);
    if (old != the_log().older.end()) octets = old->second;
  }
};

TEST(LogAudit, FindsEveryRandomChangeThatChangesAnAnswer) {
  struct Kind {
    const char* name;
    void (Campaign::*change)();
  };
  const Kind kinds[] = {{"flip a bit", &Campaign::flip},
                        {"insert an octet", &Campaign::insert},
                        {"delete octets", &Campaign::erase},
                        {"truncate", &Campaign::truncate},
                        {"repeat octets", &Campaign::repeat},
                        {"remove a file", &Campaign::remove},
                        {"swap rows", &Campaign::swap_rows},
                        {"swap files", &Campaign::swap_files},
                        {"roll back a file", &Campaign::roll_back_file}};
  constexpr int k_rounds = test::k_sanitized ? 12 : 120;  // slow code is for other faults than these
  const auto& log = the_log();
  const Answers honest = answers(log.newest);
  Campaign campaign;
  std::cout << "kind                 changes  of an answer  found  by checkpoint  by leaf or tile\n";
  for (const auto& kind : kinds) {
    int changes = 0, found = 0, by_checkpoint = 0;
    for (int round = 0; round < k_rounds; ++round) {
      campaign.files = log.newest;
      campaign.also = "nothing";
      (campaign.*kind.change)();
      const bool differs = answers(campaign.files) != honest;
      const auto faults = audit(campaign.files, {k_old_size, k_size});
      ASSERT_EQ(!faults.empty(), differs)
          << kind.name << " of " << campaign.changed << " " << testing::PrintToString(faults);
      changes += differs;
      found += differs && !faults.empty();
      if (!differs) continue;
      by_checkpoint += campaign.changed == "checkpoint";
      if (campaign.changed != "checkpoint" && answers(campaign.files).head == honest.head) {
        ASSERT_THAT(faults, Contains(testing::AnyOf(HasSubstr(campaign.changed), HasSubstr(campaign.also))))
            << kind.name << ": no place";
      }
    }
    std::printf("%-20s %7d  %12d  %5d  %13d  %15d\n", kind.name, k_rounds, changes, found, by_checkpoint,
                found - by_checkpoint);
    EXPECT_EQ(found, changes) << kind.name;
  }
}

}  // namespace
}  // namespace inkan::policy
