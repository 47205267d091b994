// Where the parts of a log stand among the static files of a C2SP tlog-tiles directory, and how its bundles
// of entries are written. Names and octets only; no file is opened here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/log/merkle_tree.h"

namespace inkan::policy {

// A file below the log's prefix: "tile/<L>/<N>", "tile/entries/<N>"; partial ones end in ".p/<W>".
struct TilePath {
  static constexpr unsigned k_most_levels = 8;  // 256^8 leaves: more than an index counts

  bool entries = false;
  unsigned level = 0;  // 0 if entries
  std::uint64_t index = 0;
  unsigned width = Tile::k_width;  // of hashes or entries; less than 256: a partial one

  std::string text() const;
  // Strict: exactly the form that text() writes, or nothing.
  static std::optional<TilePath> parse(std::string_view text);
  bool operator==(const TilePath&) const = default;
};

// How many hashes the tile has in a tree of `size` leaves; 0: the tree has no such tile.
unsigned tile_width(std::uint64_t size, unsigned level, std::uint64_t index);
// The partial tiles of a tree of `size` leaves, lowest level first; the partial bundle of entries is as wide
// as the first of them if that is of level 0.
std::vector<TilePath> partial_tiles(std::uint64_t size);

// A bundle is its entries one after the other, each behind its length in two octets, the higher first.
void append_entry(std::string& bundle, BytesView leaf);  // at most k_max_leaf octets, as every leaf
// The entries, borrowed from `bundle`; nothing if the lengths do not add up to it.
std::optional<std::vector<BytesView>> parse_entries(BytesView bundle);

}  // namespace inkan::policy
