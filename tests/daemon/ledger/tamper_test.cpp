// Random changes of a real store, and who finds them: the start of the daemon, a verifier with the checkpoint
// that it is served, a verifier who kept one. All that changes an answer under the kept checkpoint is found.
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>
#include <random>

#include "daemon/atomic_file.h"
#include "daemon/ledger/checkpoint_file.h"
#include "policy/log/log_audit.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/process.h"

namespace inkan::daemon {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_kept = "the-kept-checkpoint";
// One of so many rounds where code is slow: it is for other faults than these.
constexpr int k_share = test::k_sanitized ? 10 : 1;

using policy::LeafIndex;
using policy::Tile;
using policy::TilePath;
using policy::TreeHead;

// The log as a store answers for it at a size: what a mirror of it would hold.
class ServedLog {
 public:
  ServedLog(Store& store, std::uint64_t size) : edge_(store.right_edge(size)), store_(store) {
    for (LeafIndex from = 0; from < size;) {
      const auto page = store.leaves(from, 256);
      if (page.empty()) return;
      for (const auto& entry : page)
        if (entry.index < size) leaves_.insert_or_assign(entry.index, entry.leaf);
      from = page.back().index + 1;
    }
  }

  std::optional<policy::BytesView> read(const TilePath& path) {
    auto& octets = path.entries ? entries_ : tile_;
    octets.clear();
    if (path.entries) {
      for (LeafIndex i = path.index * Tile::k_width; i < path.index * Tile::k_width + path.width; ++i)
        if (leaves_.contains(i)) policy::append_entry(octets, leaves_.at(i));
      return policy::as_bytes(octets);
    }
    if (path.width < Tile::k_width) {
      octets = policy::as_text(edge_.partial_tile(path.level).encode());
      return policy::as_bytes(octets);
    }
    const auto hashes = tile(path);
    if (!hashes) return std::nullopt;
    octets = policy::as_text(*hashes);
    return policy::as_bytes(octets);
  }
  // What an auditor could ask for below `size`: leaves and full tiles.
  std::string answers(std::uint64_t size) {
    std::string all;
    for (const auto& [index, leaf] : leaves_) {
      if (index >= size) break;
      all += std::to_string(index) + ":";
      all += policy::as_text(leaf);
    }
    for (std::uint64_t n = 0; n < size / Tile::k_width; ++n) {
      const auto hashes = tile({.index = n});
      all += hashes ? policy::as_text(*hashes) : "missing";
    }
    return all;
  }

 private:
  std::optional<policy::Bytes> tile(const TilePath& path) {
    return store_.read([&](Database& db) -> std::optional<policy::Bytes> {
      auto rows = db.prepare("SELECT hashes FROM tiles WHERE level = ? AND idx = ?");
      rows.bind(static_cast<int>(path.level)).bind(path.index);
      return rows.step() ? std::optional(rows.octets(0)) : std::nullopt;
    });
  }

  policy::RightEdge edge_;
  Store& store_;
  std::map<LeafIndex, policy::Bytes> leaves_;
  std::string entries_, tile_;
};

struct Snapshot {
  std::string database, checkpoint;
};

class Tampering {
 public:
  Tampering() {
    fixture_.set_up();
    auto core = fixture_.open();
    verifier_.emplace(core->verifier);
    issue(*core, 60);
    core->checkpoints.publish();
    older_ = take(*core);
    issue(*core, 240);
    core->checkpoints.publish();
    kept_ = *core->verifier.open(core->checkpoints.note());
    issue(*core, 2);  // the tail: no checkpoint covers it yet
    honest_ = take(*core);
    core->tokens.close();
    core.reset();
    copy_ = fixture_.folder() / "copy";
    fs::create_directories(copy_);
    restore(honest_);
    answers_ = answers();
  }

  struct Finding {
    bool changed = false, at_start = false, by_served = false, by_kept = false;
    std::string words;
  };

  // The copy as it is now, judged three ways.
  Finding judge() {
    Finding finding;
    finding.changed = answers() != answers_;
    finding.at_start = start(finding.words);
    verify(finding);
    return finding;
  }

  void restore(const Snapshot& snapshot) {
    restore_database(snapshot);
    restore_checkpoint(snapshot);
  }
  void restore_database(const Snapshot& snapshot) {
    for (const char* ending : {"", "-wal", "-shm"}) fs::remove(database().string() + ending);
    tests::write_text(database(), snapshot.database);
  }
  void restore_checkpoint(const Snapshot& snapshot) { tests::write_text(checkpoint(), snapshot.checkpoint); }
  void sql(const std::string& statement) {
    Database(database(), Database::Mode::existing).execute(statement.c_str());
  }
  fs::path database() const { return copy_ / "inkan.db"; }
  fs::path checkpoint() const { return copy_ / "checkpoint"; }
  const Snapshot& older() const { return older_; }
  const Snapshot& honest() const { return honest_; }
  const TreeHead& kept() const { return *kept_; }

 private:
  static void issue(Core& core, int count) {
    Service service(
        core, [] {}, [] {});
    for (int i = 0; i < count; ++i)
      service.issue(tests::call_by(tests::web_tier()), tests::ask_for("someone"), std::nullopt);
  }
  Snapshot take(Core& core) {
    const auto from = fixture_.config().database();
    Database(from, Database::Mode::existing).execute("PRAGMA wal_checkpoint(TRUNCATE)");
    return {*read_file(from), *read_file(core.config.checkpoint())};
  }

  // "" stands for a store that cannot be read at all.
  std::string answers() {
    try {
      Store store(database());
      return ServedLog(store, kept_->size).answers(kept_->size);
    } catch (const std::exception&) {
      return "";
    }
  }
  bool start(std::string& words) {
    try {
      Store store(database());
      check_log(store, checkpoint(), *verifier_);
      return false;
    } catch (const std::exception& error) {
      words += std::string("start: ") + error.what() + "\n";
      return true;
    }
  }
  // A verifier with the kept checkpoint; what it finds but for that, one without would find as well.
  void verify(Finding& finding) {
    const auto found = [&](const std::string& fault) {
      finding.words += fault + "\n";
      finding.by_kept = true;
      finding.by_served |= fault.find(k_kept) == std::string::npos;
    };
    try {
      Store store(database());
      const auto newest = store.newest_checkpoint();
      const auto head = newest ? verifier_->open(newest->note) : std::nullopt;
      if (!head) return found("the checkpoint is not under the key");
      ServedLog served(store, std::min(head->size, store.size()));
      policy::GivenObjects given;
      policy::LogAudit audit(
          *head, [&](const TilePath& path) { return served.read(path); }, given);
      audit.expect_kept(*kept_, k_kept);
      audit.run([](std::uint64_t) {});
      for (const auto* faults : {&audit.faults(), &audit.story_faults()})
        for (const auto& fault : faults->kept()) found(fault.place + ": " + fault.what);
    } catch (const std::exception& error) {
      found(std::string("verify: ") + error.what());
    }
  }

  tests::AuthorityFixture fixture_;
  std::optional<policy::NoteVerifier> verifier_;
  std::optional<TreeHead> kept_;
  Snapshot older_, honest_;
  fs::path copy_;
  std::string answers_;
};

struct Kind {
  const char* name;
  int rounds;
  std::function<void(Tampering&, std::mt19937_64&)> change;
  bool tail = false;  // beyond the kept checkpoint: may be found, need not
};

std::string at(std::mt19937_64& random, std::uint64_t end) {
  return std::to_string(random() % end);
}

std::vector<Kind> kinds() {
  using Random = std::mt19937_64;
  const auto leaf = [](Tampering& t, Random& r) { return at(r, t.kept().size); };
  return {
      {"leaf: one octet", 150,
       [=](Tampering& t, Random& r) {
         t.sql("UPDATE leaves SET leaf = substr(leaf, 1, " + at(r, 300) + ") || char(" +
               std::to_string(97 + r() % 26) + ") || substr(leaf, " + std::to_string(2 + r() % 300) +
               ") WHERE idx = " + leaf(t, r));
       }},
      {"leaf: deleted", 100,
       [=](Tampering& t, Random& r) { t.sql("DELETE FROM leaves WHERE idx = " + leaf(t, r)); }},
      {"leaf: put in, others moved", 60,
       [=](Tampering& t, Random& r) {
         const auto index = leaf(t, r);
         t.sql("UPDATE leaves SET idx = -idx - 1 WHERE idx >= " + index +
               "; UPDATE leaves SET idx = -idx WHERE idx < 0;"
               "INSERT INTO leaves SELECT " +
               index + ", leaf FROM leaves WHERE idx = " + leaf(t, r));
       }},
      {"leaves: two swapped", 100,
       [=](Tampering& t, Random& r) {
         const auto a = leaf(t, r), b = leaf(t, r);
         t.sql("UPDATE leaves SET leaf = (SELECT o.leaf FROM leaves o WHERE o.idx = " + a + " + " + b +
               " - leaves.idx) WHERE idx IN (" + a + ", " + b + ")");
       }},
      {"leaves: cut from one on", 100,
       [=](Tampering& t, Random& r) { t.sql("DELETE FROM leaves WHERE idx >= " + leaf(t, r)); }},
      {"tile: one octet", 100,
       [](Tampering& t, Random& r) {
         const auto octet = 1 + r() % 8192;
         t.sql("UPDATE tiles SET hashes = CAST(substr(hashes, 1, " + std::to_string(octet - 1) +
               ") || char(" + at(r, 127) + ") || substr(hashes, " + std::to_string(octet + 1) +
               ") AS BLOB) WHERE level = 0 AND idx = " + at(r, t.kept().size / Tile::k_width));
       }},
      {"tile: deleted", 40,
       [](Tampering& t, Random& r) {
         t.sql("DELETE FROM tiles WHERE level = 0 AND idx = " + at(r, t.kept().size / Tile::k_width));
       }},
      {"checkpoint row: one octet", 60,
       [](Tampering& t, Random& r) {
         const auto octet = 1 + r() % 150;
         t.sql("UPDATE checkpoints SET note = substr(note, 1, " + std::to_string(octet - 1) +
               ") || '~' || substr(note, " + std::to_string(octet + 1) +
               ") WHERE size = (SELECT max(size) FROM checkpoints)");
       }},
      {"checkpoint row: deleted", 1,
       [](Tampering& t, Random&) {
         t.sql("DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)");
       }},
      {"checkpoint file: one octet", 60,
       [](Tampering& t, Random& r) {
         Snapshot changed = t.honest();
         changed.checkpoint[r() % changed.checkpoint.size()] ^= static_cast<char>(1 << r() % 7);
         t.restore_checkpoint(changed);
       }},
      {"checkpoint file: rolled back", 1, [](Tampering& t, Random&) { t.restore_checkpoint(t.older()); }},
      {"database: rolled back", 1, [](Tampering& t, Random&) { t.restore_database(t.older()); }},
      {"both rolled back together", 1, [](Tampering& t, Random&) { t.restore(t.older()); }},
      {"database file: one bit", 250,
       [](Tampering& t, Random& r) {
         Snapshot changed = t.honest();
         changed.database[r() % changed.database.size()] ^= static_cast<char>(1 << r() % 8);
         t.restore_database(changed);
       },
       true},
      {"database file: cut", 20,
       [](Tampering& t, Random& r) {
         Snapshot changed = t.honest();
         changed.database.resize(r() % changed.database.size());
         t.restore_database(changed);
       },
       true},
      {"tail: changed", 20,
       [](Tampering& t, Random& r) {
         t.sql("UPDATE leaves SET leaf = leaf || 'x' WHERE idx = " + std::to_string(t.kept().size + r() % 4));
       },
       true},
      {"tail: cut", 4,
       [](Tampering& t, Random& r) {
         t.sql("DELETE FROM leaves WHERE idx >= " + std::to_string(t.kept().size + r() % 4));
       },
       true},
  };
}

TEST(Tampering, IsFoundWhereverItChangesAnAnswerUnderTheKeptCheckpoint) {
  Tampering log;
  {
    const auto honest = log.judge();
    ASSERT_FALSE(honest.changed || honest.at_start || honest.by_served || honest.by_kept) << honest.words;
  }
  std::mt19937_64 random(20261126);
  int all = 0, all_changed = 0;
  std::printf("%-28s %6s %8s %9s %10s %8s\n", "kind", "tried", "answers", "at start", "by served", "by kept");
  for (const auto& kind : kinds()) {
    int changed = 0, at_start = 0, served = 0, kept = 0;
    const int rounds = (kind.rounds + k_share - 1) / k_share;
    for (int round = 0; round < rounds; ++round) {
      log.restore(log.honest());
      kind.change(log, random);
      const auto finding = log.judge();
      changed += finding.changed;
      at_start += finding.at_start;
      served += finding.by_served;
      kept += finding.by_kept;
      ASSERT_TRUE(!finding.changed || finding.by_kept) << kind.name << ": an answer changed unseen";
      // The place: a leaf, a tile, a file, or a size of the tree.
      if (finding.changed) {
        ASSERT_THAT(finding.words, testing::ContainsRegex("leaf|tile|size|leaves|checkpoint|database"))
            << kind.name;
      }
    }
    all += rounds;
    all_changed += changed;
    std::printf("%-28s %6d %8d %9d %10d %8d\n", kind.name, rounds, changed, at_start, served, kept);
  }
  std::printf("%d changes, %d of them of an answer, all of these found\n", all, all_changed);
  EXPECT_GE(all, 1000 / k_share);
}

// The limits that the threat model names, shown.
TEST(Tampering, OfTheTailOrOfLogAndCheckpointTogetherNeedsAKeptCheckpoint) {
  Tampering log;
  log.restore(log.older());
  const auto rolled_back = log.judge();
  EXPECT_TRUE(rolled_back.changed);
  EXPECT_FALSE(rolled_back.at_start);
  EXPECT_FALSE(rolled_back.by_served);
  EXPECT_TRUE(rolled_back.by_kept);
  EXPECT_THAT(rolled_back.words, testing::HasSubstr("the log was rolled back, or an old one is shown"));
  // Leaves that no checkpoint covers can be cut, at a tile's middle, and nothing is left to say so.
  log.restore(log.honest());
  log.sql("DELETE FROM leaves WHERE idx >= " + std::to_string(log.kept().size));
  const auto cut = log.judge();
  EXPECT_FALSE(cut.changed || cut.at_start || cut.by_served || cut.by_kept) << cut.words;
}

// What nobody reads may be anything.
TEST(Tampering, OfUnusedOctetsChangesNothing) {
  Tampering log;
  log.sql(
      "CREATE TABLE scratch(x); INSERT INTO scratch VALUES(zeroblob(100000)); DROP TABLE scratch; INSERT "
      "INTO meta VALUES('note', 'x')");
  const auto finding = log.judge();
  EXPECT_FALSE(finding.changed || finding.at_start || finding.by_served || finding.by_kept) << finding.words;
}

}  // namespace
}  // namespace inkan::daemon
