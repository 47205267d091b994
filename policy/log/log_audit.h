// The judgement of a whole log from its files: every entry and tile against the signed head, and what the
// leaves tell against itself. Reads through a function, once and in order; keeps no leaf.
#pragma once

#include <functional>
#include <optional>

#include "policy/log/leaf_reader.h"
#include "policy/log/story/story.h"
#include "policy/log/tile_path.h"
#include "policy/log/verifier.h"

namespace inkan::policy {

class LogAudit {
 public:
  // The octets of a file; nothing if it is not there. Borrowed until the next call for a file of that kind:
  // entries are one, tiles the other.
  using ReadFile = std::function<std::optional<BytesView>(const TilePath&)>;

  // `newest` is under the log's signature.
  LogAudit(const TreeHead& newest, ReadFile read, GivenObjects& given);

  // A head under the log's signature that was kept from an earlier time.
  void expect_kept(const TreeHead& head, const std::string& name);
  // `progress` hears how many leaves were read, after each bundle of 256.
  void run(const std::function<void(std::uint64_t)>& progress);

  // None of either: the log is good. Kept apart, so that what leaves tell once they were changed does not
  // hide which were.
  const Faults& faults() const { return faults_; }  // of entries, tiles and tree
  const Faults& story_faults() const { return story_faults_; }
  bool good() const { return faults_.count() == 0 && story_faults_.count() == 0; }
  const Story& story() const { return story_; }
  const TreeHead& newest() const { return newest_; }
  std::uint64_t read() const { return log_.size(); }  // leaves
  std::uint64_t bundles() const { return bundles_; }
  std::uint64_t tiles() const { return tiles_; }
  std::uint64_t kept() const { return kept_; }

 private:
  bool read_bundle(std::uint64_t index);  // false: what follows cannot be placed
  std::optional<BytesView> read_file(const TilePath& path);
  void append(const TilePath& path, BytesView entry);
  void compare(const Tile& computed);
  void blame(const TilePath& path, const Tile& stored, std::size_t at);
  bool stands_under_head(const TilePath& path, const Tile& stored);
  Tile stored_tile(unsigned level, std::uint64_t index);

  TreeHead newest_;
  ReadFile read_;
  Faults faults_, story_faults_;
  Story story_;
  LogVerifier log_;
  LeafReader leaf_;
  std::function<TreeHead()> head_;
  std::uint64_t bundles_ = 0, tiles_ = 0, kept_ = 0;
};

}  // namespace inkan::policy
