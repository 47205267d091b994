#include "policy/log/tile_path.h"

#include <algorithm>
#include <charconv>

#include "policy/log/leaf.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::string_view k_tile = "tile/", k_entries = "entries/", k_partial = ".p/";

// Three digits to an element, all but the last behind an 'x': no file is ever also a directory.
std::string index_text(std::uint64_t index) {
  const std::string digits = std::to_string(index);
  std::string padded((3 - digits.size() % 3) % 3, '0');
  padded += digits;
  std::string text;
  for (std::size_t at = 0; at < padded.size(); at += 3) {
    if (at + 3 < padded.size()) text += 'x';
    text.append(padded, at, 3);
    if (at + 3 < padded.size()) text += '/';
  }
  return text;
}

// A decimal without needless zeroes; nothing above `most`.
std::optional<std::uint64_t> number(std::string_view text, std::uint64_t most) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_index(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c >= '0' && c <= '9') digits += c;
  const auto first = std::min(digits.find_first_not_of('0'), digits.empty() ? 0 : digits.size() - 1);
  const auto index = number(std::string_view(digits).substr(first), UINT64_MAX);
  return index && index_text(*index) == text ? index : std::nullopt;
}

}  // namespace

std::string TilePath::text() const {
  std::string path(k_tile);
  path += entries ? std::string(k_entries) : std::to_string(level) + "/";
  path += index_text(index);
  if (width < Tile::k_width) path += std::string(k_partial) + std::to_string(width);
  return path;
}

std::optional<TilePath> TilePath::parse(std::string_view text) {
  if (!text.starts_with(k_tile)) return std::nullopt;
  text.remove_prefix(k_tile.size());
  TilePath path;
  if (text.starts_with(k_entries)) {
    path.entries = true;
    text.remove_prefix(k_entries.size());
  } else {
    const auto slash = text.find('/');
    const auto level = number(text.substr(0, slash), k_most_levels - 1);
    if (slash == std::string_view::npos || !level) return std::nullopt;
    path.level = static_cast<unsigned>(*level);
    text.remove_prefix(slash + 1);
  }
  if (const auto partial = text.find(k_partial); partial != std::string_view::npos) {
    const auto width = number(text.substr(partial + k_partial.size()), Tile::k_width - 1);
    if (!width || *width == 0) return std::nullopt;
    path.width = static_cast<unsigned>(*width);
    text = text.substr(0, partial);
  }
  const auto index = parse_index(text);
  if (!index) return std::nullopt;
  path.index = *index;
  return path;
}

unsigned tile_width(std::uint64_t size, unsigned level, std::uint64_t index) {
  if (level >= TilePath::k_most_levels) return 0;
  const std::uint64_t hashes = size >> (8 * level);
  if (index >= hashes / Tile::k_width + 1) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(hashes - index * Tile::k_width, Tile::k_width));
}

std::vector<TilePath> partial_tiles(std::uint64_t size) {
  std::vector<TilePath> tiles;
  for (unsigned level = 0; level < TilePath::k_most_levels && size > 0; ++level, size /= Tile::k_width)
    if (const auto width = static_cast<unsigned>(size % Tile::k_width))
      tiles.push_back({false, level, size / Tile::k_width, width});
  return tiles;
}

void append_entry(std::string& bundle, BytesView leaf) {
  if (leaf.size() > k_max_leaf)
    throw Error(ErrorCode::internal, "an entry of " + std::to_string(leaf.size()) + " octets fits no bundle");
  bundle += static_cast<char>(leaf.size() >> 8);
  bundle += static_cast<char>(leaf.size() & 0xff);
  bundle += as_text(leaf);
}

std::optional<std::vector<BytesView>> parse_entries(BytesView bundle) {
  std::vector<BytesView> entries;
  while (!bundle.empty()) {
    if (bundle.size() < 2) return std::nullopt;
    const std::size_t length = std::size_t{bundle[0]} << 8 | bundle[1];
    if (bundle.size() - 2 < length) return std::nullopt;
    entries.push_back(bundle.subspan(2, length));
    bundle = bundle.subspan(2 + length);
  }
  return entries;
}

}  // namespace inkan::policy
