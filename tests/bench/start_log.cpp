// start_log FOLDER LEAVES ROUNDS: what a long log costs the daemon at its start (the newest checkpoint held
// against the tree, its right edge rebuilt) and for a proof. Makes the store in FOLDER; one JSON line.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <random>

#include "daemon/ledger/checkpoint_file.h"
#include "daemon/ledger/tile_files.h"
#include "daemon/store/schema.h"
#include "policy/log/proof.h"
#include "tests/bench/throw_away_log_key.h"

namespace {

using namespace inkan;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t k_rows_per_commit = 10'000;
constexpr std::uint64_t k_uncovered = 2'000;  // leaves since the newest checkpoint: a second's worth and more
constexpr int k_proofs = 500;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Rows as LogWriter writes them; returns the head that the newest checkpoint is to cover.
policy::TreeHead make_store(const std::filesystem::path& file, std::uint64_t leaves) {
  daemon::Database database(file, daemon::Database::Mode::create);
  daemon::migrate(database);
  database.execute("PRAGMA synchronous=OFF; BEGIN");
  policy::RightEdge edge;
  policy::TreeHead covered{0, policy::empty_root()};
  test::LogStory story([&](policy::LeafIndex index, const std::string& leaf) {
    database.prepare("INSERT INTO leaves(idx, leaf) VALUES(?, ?)").bind(index).bind(leaf).run();
    for (const auto& tile : edge.append(policy::hash_leaf(policy::as_bytes(leaf))))
      database.prepare("INSERT INTO tiles(level, idx, hashes) VALUES(?, ?, ?)")
          .bind(static_cast<int>(tile.level))
          .bind(tile.index)
          .bind(tile.encode())
          .run();
    if (index % k_rows_per_commit == 0) database.execute("COMMIT; BEGIN");
    if (index + 1 == leaves - k_uncovered) covered = edge.head();
  });
  bench::tell(story, leaves);
  database.execute("COMMIT");
  return covered;
}

// As Service makes one for a receipt, and verified as there.
void prove(daemon::Store& store, const daemon::TileFiles& files, const policy::TreeHead& head,
           policy::LeafIndex index) {
  auto tree = files.tree(head.size);
  const auto leaf = store.leaf(index);
  if (!leaf || !policy::verify_inclusion(head, index, policy::hash_leaf(policy::as_bytes(*leaf)),
                                         tree.inclusion_proof(index)))
    throw std::runtime_error("leaf " + std::to_string(index) + " is not proved");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 || std::stoull(argv[2]) <= 2 * k_uncovered) {
    std::cerr << "start_log FOLDER LEAVES ROUNDS, with more than " << 2 * k_uncovered << " leaves\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const auto file = folder / "inkan.db", note = folder / "checkpoint";
  const bench::ThrowAwayLogKey key;
  std::ofstream(note) << key.seal(make_store(file, std::stoull(argv[2])));

  std::printf("{\"start_ms\":[");
  for (int round = 0; round < std::stoi(argv[3]); ++round) {
    daemon::Store store(file);
    const auto start = Clock::now();
    const auto edge = daemon::check_log(store, note, key.verifier());
    static_cast<void>(store.last_leaf_time());
    std::printf("%s%.2f", round ? "," : "", milliseconds_since(start));
    if (edge.size() != store.size()) throw std::runtime_error("the edge is not the store's");
  }
  daemon::Store store(file);
  const auto edge = store.right_edge(store.size());
  const auto head = edge.head();
  daemon::TileFiles(store, folder / "ledger").publish(edge, "made");
  daemon::TileFiles files(store, folder / "ledger");
  const auto looking = Clock::now();
  files.publish(edge, key.seal(head));  // as after a start: every file is looked for
  std::printf("],\"first_publish_ms\":%.2f", milliseconds_since(looking));
  std::mt19937_64 random(1);
  double longest = 0;
  const auto start = Clock::now();
  for (int i = 0; i < k_proofs; ++i) {
    const auto before = Clock::now();
    prove(store, files, head, random() % head.size);
    longest = std::max(longest, milliseconds_since(before));
  }
  std::printf(",\"leaves\":%llu,\"proof_ms\":%.3f,\"proof_longest_ms\":%.3f}\n",
              static_cast<unsigned long long>(head.size), milliseconds_since(start) / k_proofs, longest);
}
