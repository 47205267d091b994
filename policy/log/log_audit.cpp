#include "policy/log/log_audit.h"

#include <algorithm>

#include "policy/log/proof.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr const char* k_newest = "the checkpoint";

// As the file that a partial one becomes: a mirror may have dropped what that replaced.
TilePath full(TilePath path) {
  path.width = Tile::k_width;
  return path;
}

std::size_t first_difference(const Tile& a, const Tile& b) {
  const auto pair = std::mismatch(a.hashes.begin(), a.hashes.end(), b.hashes.begin(), b.hashes.end());
  return static_cast<std::size_t>(pair.first - a.hashes.begin());
}

std::string plural(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

LogAudit::LogAudit(const TreeHead& newest, ReadFile read, GivenObjects& given)
    : newest_(newest),
      read_(std::move(read)),
      story_(story_faults_, given),
      head_([this] { return log_.head(); }) {
  log_.expect_newest(newest_, k_newest);
}

void LogAudit::expect_kept(const TreeHead& head, const std::string& name) {
  log_.expect_kept(head, name);
  ++kept_;
}

void LogAudit::run(const std::function<void(std::uint64_t)>& progress) {
  const std::uint64_t bundles = (newest_.size + Tile::k_width - 1) / Tile::k_width;
  while (bundles_ < bundles && read_bundle(bundles_)) {
    ++bundles_;
    progress(log_.size());
  }
  if (log_.size() == newest_.size)
    for (const auto& path : partial_tiles(newest_.size)) compare(log_.edge().partial_tile(path.level));
  log_.finish();
  for (const auto& fault : log_.faults()) faults_.add("tree", fault);
  story_.finish();
}

bool LogAudit::read_bundle(std::uint64_t index) {
  TilePath path{.entries = true, .index = index, .width = tile_width(newest_.size, 0, index)};
  const auto octets = read_file(path);
  if (!octets) {
    faults_.add(path.text(),
                "the file is missing: the leaves from " + std::to_string(log_.size()) + " on were not read");
    return false;
  }
  const auto entries = parse_entries(*octets);
  if (!entries) {
    faults_.add(path.text(), "its lengths do not add up to its size: the leaves from " +
                                 std::to_string(log_.size()) + " on were not read");
    return false;
  }
  const std::size_t usable = std::min<std::size_t>(entries->size(), path.width);
  for (std::size_t i = 0; i < usable; ++i) append(path, (*entries)[i]);
  // Of a full file that stands for a partial one, what is beyond the checkpoint is not of this tree.
  if (entries->size() == path.width || (entries->size() > path.width && entries->size() == Tile::k_width))
    return true;
  faults_.add(path.text(), "it holds " + plural(entries->size(), "leaf") + " where the checkpoint has " +
                               std::to_string(path.width));
  return entries->size() > path.width;
}

std::optional<BytesView> LogAudit::read_file(const TilePath& path) {
  auto octets = read_(path);
  return !octets && path.width < Tile::k_width ? read_(full(path)) : octets;
}

void LogAudit::append(const TilePath& path, BytesView entry) {
  const LeafIndex index = log_.size();
  const auto refused = leaf_.read(entry);
  if (refused)
    faults_.add("leaf " + std::to_string(index) + " (" + path.text() + ")",
                std::string("it is no leaf in canonical form: ") + refused->what + ", at octet " +
                    std::to_string(refused->offset));
  else
    story_.append(index, leaf_, head_);
  for (const auto& tile : log_.append(index, entry, leaf_.number("index"))) compare(tile);
}

// A file's hashes against those that the leaves give. Where they differ, one of the two is not what was
// signed: the signed head says which.
void LogAudit::compare(const Tile& computed) {
  const TilePath path{.level = computed.level,
                      .index = computed.index,
                      .width = static_cast<unsigned>(computed.hashes.size())};
  const auto octets = read_file(path);
  if (!octets) return faults_.add(path.text(), "the file is missing");
  ++tiles_;
  const std::size_t wanted = path.width * Sha256::k_size;
  const bool whole = octets->size() == wanted ||
                     (octets->size() > wanted && octets->size() == Tile::k_width * Sha256::k_size);
  if (!whole)
    return faults_.add(path.text(),
                       "it has " + std::to_string(octets->size()) + " octets, not " + std::to_string(wanted));
  const Tile stored = Tile::decode(path.level, path.index, octets->first(wanted));
  const std::size_t at = first_difference(computed, stored);
  if (at < stored.hashes.size()) blame(path, stored, at);
}

void LogAudit::blame(const TilePath& path, const Tile& stored, std::size_t at) {
  const std::uint64_t node = path.index * Tile::k_width + at;
  const std::string hash = "hash " + std::to_string(at);
  if (!faults_.full() && !stands_under_head(path, stored))
    return faults_.add(
        path.text(),
        hash + " is not that of what stands below it, and not under the checkpoint: the file was changed");
  if (path.level == 0) {
    const TilePath bundle{.entries = true, .index = path.index, .width = path.width};
    return faults_.add("leaf " + std::to_string(node) + " (" + bundle.text() + ")",
                       "it is not the leaf that was signed, whose hash is in " + path.text());
  }
  const TilePath below{.level = path.level - 1, .index = node};
  faults_.add(below.text(), "it and the leaves below it are not those that were signed, whose root is " +
                                hash + " of " + path.text());
}

bool LogAudit::stands_under_head(const TilePath& path, const Tile& stored) {
  try {
    if (path.width < Tile::k_width) {
      TiledTree tree(newest_.size, [this](unsigned level, std::uint64_t index, unsigned) {
        return stored_tile(level, index);
      });
      return tree.head() == newest_;
    }
    const Tile parent = stored_tile(path.level + 1, path.index / Tile::k_width);
    const TilePath above{
        .level = parent.level, .index = parent.index, .width = static_cast<unsigned>(parent.hashes.size())};
    return parent.hashes.at(path.index % Tile::k_width) == stored.root() && stands_under_head(above, parent);
  } catch (const Error&) {
    return false;  // a file that is missing or of another size is a fault of its own
  } catch (const std::out_of_range&) {
    return false;
  }
}

Tile LogAudit::stored_tile(unsigned level, std::uint64_t index) {
  const TilePath path{.level = level, .index = index, .width = tile_width(newest_.size, level, index)};
  const auto octets = read_file(path);
  if (!octets || octets->size() < path.width * Sha256::k_size)
    throw Error(ErrorCode::ledger, path.text() + " is missing or too short");
  return Tile::decode(level, index, octets->first(path.width * Sha256::k_size));
}

}  // namespace inkan::policy
