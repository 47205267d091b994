#include "daemon/ledger/tile_files.h"

#include <system_error>

#include "daemon/atomic_file.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Tile;
using policy::TilePath;

namespace {

void make_folder_of(const std::filesystem::path& file) {
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed)
    throw policy::Error(policy::ErrorCode::store,
                        file.parent_path().string() + " cannot be made: " + failed.message());
}

TilePath bundle(std::uint64_t index, unsigned width = Tile::k_width) {
  return {true, 0, index, width};
}

// A partial form may have lost its end with the machine's power.
bool is_whole(const TilePath& path, std::string_view octets) {
  if (!path.entries) return octets.size() == path.width * policy::Sha256::k_size;
  const auto entries = policy::parse_entries(policy::as_bytes(octets));
  return entries && entries->size() == path.width;
}

// The folder of a tile's partial forms, which its full form replaces.
std::filesystem::path partial_forms(std::filesystem::path full) {
  return full.concat(".p");
}

}  // namespace

void TileFiles::publish(const policy::RightEdge& edge, std::string_view checkpoint) {
  // 1. What is full never changes again: each file once.
  const std::uint64_t size = edge.size();
  if (published_ == size) return;
  for (auto index = checked_ / Tile::k_width; index < size / Tile::k_width; ++index)
    write_full(bundle(index));
  for (unsigned level = 0; level < TilePath::k_most_levels; ++level) {
    const unsigned span = 8 * (level + 1);  // a full tile spans 2^span leaves
    if (span > 63 || size >> span == 0) break;
    for (auto index = checked_ >> span; index < size >> span; ++index) write_full({false, level, index});
  }
  checked_ = size;
  // 2. The right edge, as this tree needs it.
  for (const auto& path : policy::partial_tiles(size)) {
    write_partial(path, policy::as_text(edge.partial_tile(path.level).encode()));
    if (path.level == 0) write_partial(bundle(path.index, path.width), make(bundle(path.index, path.width)));
  }
  // 3. The head that all of it stands under.
  make_folder_of(directory_ / "checkpoint");
  write_file_atomically(directory_ / "checkpoint", checkpoint);
  published_ = size;
}

void TileFiles::publish_again(std::uint64_t size, std::string_view checkpoint) {
  if (published_ == size) write_file_atomically(directory_ / "checkpoint", checkpoint);
}

std::optional<std::string> TileFiles::find(const TilePath& path, std::uint64_t size) const {
  if (policy::tile_width(size, path.level, path.index) < path.width) return std::nullopt;
  if (auto octets = read_file(file(path)); octets && is_whole(path, *octets)) return octets;
  return make(path);
}

policy::TiledTree TileFiles::tree(std::uint64_t size) const {
  return policy::TiledTree(size, [this, size](unsigned level, std::uint64_t index, unsigned width) {
    const auto octets = find({false, level, index, width}, size);
    return Tile::decode(level, index, policy::as_bytes(octets.value_or("")));
  });
}

void TileFiles::write_full(const TilePath& path) {
  if (!is_there(path)) {
    make_folder_of(file(path));
    write_file_durably(file(path), make(path));
  }
  std::error_code ignored;  // they are superfluous, no more
  std::filesystem::remove_all(partial_forms(file(path)), ignored);
}

// Written without waiting for the disk: should the machine fall, the next start writes its own.
void TileFiles::write_partial(const TilePath& path, std::string_view octets) {
  make_folder_of(file(path));
  write_file_atomically(file(path), octets);
}

std::string TileFiles::make(const TilePath& path) const {
  if (!path.entries)
    return std::string(policy::as_text(store_.tile(path.level, path.index, path.width).encode()));
  std::string octets;
  const auto entries = store_.leaves(path.index * Tile::k_width, static_cast<int>(path.width));
  if (entries.size() != path.width)
    throw policy::Error(policy::ErrorCode::ledger, path.text() + " would have " +
                                                       std::to_string(entries.size()) +
                                                       " entries: leaves are missing from the store");
  for (const auto& entry : entries) policy::append_entry(octets, entry.leaf);
  return octets;
}

// By its size: a full file is durable before it has its name.
bool TileFiles::is_there(const TilePath& path) const {
  std::error_code absent;
  const auto size = std::filesystem::file_size(file(path), absent);
  return !absent && (path.entries ? size > 0 : size == std::uintmax_t{path.width} * policy::Sha256::k_size);
}

}  // namespace inkan::daemon
