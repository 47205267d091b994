// The leaves of one turn, from the event to the tree: in this file alone, so that the benchmark of the
// ledger's cost can be linked with another that drops them (tests/bench/without_ledger).
#include "daemon/clock.h"
#include "daemon/ledger/log_writer.h"

namespace inkan::daemon {

policy::LeafIndex Writing::append(const policy::Event& event, const policy::Identity& actor) {
  const policy::LeafIndex index = next_ + leaves_.size();
  leaves_.push_back(policy::encode_leaf(event, actor, origin_, index, uuid_v7(time_), time_));
  return index;
}

void LogWriter::store_leaf(policy::RightEdge& edge, const std::string& leaf) {
  database_->prepare("INSERT INTO leaves(idx, leaf) VALUES(?, ?)").bind(edge.size()).bind(leaf).run();
  for (const auto& tile : edge.append(policy::hash_leaf(policy::as_bytes(leaf))))
    database_->prepare("INSERT INTO tiles(level, idx, hashes) VALUES(?, ?, ?)")
        .bind(static_cast<int>(tile.level))
        .bind(tile.index)
        .bind(tile.encode())
        .run();
}

}  // namespace inkan::daemon
