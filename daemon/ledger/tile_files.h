// The log as static files in the layout of C2SP tlog-tiles, for auditors' tools and any web server:
// checkpoint, tile/<L>/<N>, tile/entries/<N>. The store is the record: what is missing here is made from it
// again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "daemon/store/store.h"
#include "policy/log/proof.h"
#include "policy/log/tile_path.h"

namespace inkan::daemon {

class TileFiles {
 public:
  // Nothing is touched before the first publish().
  TileFiles(Store& store, std::filesystem::path directory)
      : store_(store), directory_(std::move(directory)) {}

  // Brings the files to the tree of `edge`, then puts the checkpoint beside them, so that a reader never sees
  // one whose tiles are not there. The first call looks for every file; one for a tree that is published
  // already does nothing. One caller at a time.
  void publish(const policy::RightEdge& edge, std::string_view checkpoint);
  // The checkpoint of the tree that is published, with more signatures under it. One caller at a time, as
  // above.
  void publish_again(std::uint64_t size, std::string_view checkpoint);
  bool is_published(std::uint64_t size) const { return published_ == size; }
  // The octets of a tile or bundle of the tree of `size` leaves, from its file or else from the store;
  // nothing if that tree has none such.
  std::optional<std::string> find(const policy::TilePath& path, std::uint64_t size) const;
  // The tree of `size` leaves, to make proofs from.
  policy::TiledTree tree(std::uint64_t size) const;

 private:
  void write_full(const policy::TilePath& path);
  void write_partial(const policy::TilePath& path, std::string_view octets);
  std::string make(const policy::TilePath& path) const;
  bool is_there(const policy::TilePath& path) const;
  std::filesystem::path file(const policy::TilePath& path) const { return directory_ / path.text(); }

  Store& store_;
  std::filesystem::path directory_;
  std::uint64_t checked_ = 0;               // leaves whose full tiles and bundles are known to be there
  std::optional<std::uint64_t> published_;  // leaves under the checkpoint put there by this run
};

}  // namespace inkan::daemon
