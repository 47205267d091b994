// Reading the log back: leaves, and the tree rebuilt from its tiles.
#include <nlohmann/json.hpp>

#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

policy::Tile full_tile(Database& db, unsigned level, std::uint64_t index) {
  auto rows = db.prepare("SELECT hashes FROM tiles WHERE level = ? AND idx = ?");
  rows.bind(static_cast<int>(level)).bind(index);
  if (!rows.step())
    throw Error(ErrorCode::ledger,
                "tile " + std::to_string(level) + "/" + std::to_string(index) + " is missing");
  return policy::Tile::decode(level, index, rows.octets(0));
}

}  // namespace

std::uint64_t Store::size() {
  Reading db(*this);
  auto rows = db->prepare("SELECT coalesce(max(idx) + 1, 0) FROM leaves");
  return rows.step() ? static_cast<std::uint64_t>(rows.integer(0)) : 0;
}

std::optional<std::string> Store::leaf(policy::LeafIndex index) {
  Reading db(*this);
  auto rows = db->prepare("SELECT leaf FROM leaves WHERE idx = ?");
  rows.bind(index);
  return rows.step() ? std::optional(rows.text(0)) : std::nullopt;
}

std::vector<api::LedgerEntry> Store::leaves(policy::LeafIndex from, int limit) {
  Reading db(*this);
  auto rows = db->prepare("SELECT idx, leaf FROM leaves WHERE idx >= ? ORDER BY idx LIMIT ?");
  rows.bind(from).bind(limit);
  std::vector<api::LedgerEntry> all;
  while (rows.step()) all.push_back({static_cast<policy::LeafIndex>(rows.integer(0)), rows.octets(1)});
  return all;
}

std::string Store::last_leaf_type() {
  const auto last = size();
  return last ? nlohmann::json::parse(leaf(last - 1).value()).at("type").get<std::string>() : "";
}

policy::InstantMicros Store::last_leaf_time() {
  const auto last = size();
  if (!last) return {};
  return policy::from_rfc3339(nlohmann::json::parse(leaf(last - 1).value()).at("time").get<std::string>());
}

policy::Tile Store::tile(unsigned level, std::uint64_t index, unsigned width) {
  policy::Tile tile{level, index, {}};
  const std::uint64_t first = index * policy::Tile::k_width;
  if (width == policy::Tile::k_width) {
    tile = read([&](Database& db) { return full_tile(db, level, index); });
  } else if (level == 0) {
    for (const auto& entry : leaves(first, static_cast<int>(width)))
      tile.hashes.push_back(policy::hash_leaf(entry.leaf));
  } else {
    for (std::uint64_t below = first; below < first + width; ++below)
      tile.hashes.push_back(read([&](Database& db) { return full_tile(db, level - 1, below); }).root());
  }
  if (tile.hashes.size() != width)
    throw Error(ErrorCode::ledger, "tile " + std::to_string(level) + "/" + std::to_string(index) + " has " +
                                       std::to_string(tile.hashes.size()) + " hashes instead of " +
                                       std::to_string(width));
  return tile;
}

policy::RightEdge Store::right_edge(std::uint64_t size) {
  Reading db(*this);
  const auto leaf_hash = [&](policy::LeafIndex index) {
    auto rows = db->prepare("SELECT leaf FROM leaves WHERE idx = ?");
    rows.bind(index);
    if (!rows.step())
      throw Error(ErrorCode::ledger,
                  "leaf " + std::to_string(index) + " of " + std::to_string(size) + " is missing");
    return policy::hash_leaf(rows.octets(0));
  };
  return policy::RightEdge::restore(
      size, leaf_hash, [&](unsigned level, std::uint64_t index) { return full_tile(*db, level, index); });
}

policy::TreeHead Store::head() {
  return right_edge(size()).head();
}

}  // namespace inkan::daemon
