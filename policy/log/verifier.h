// Judges a log from outside: the leaves it serves against the heads it has signed or stated (RFC 6962 §2.1).
// Trusts nothing it is given but the verifier key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/log/checkpoint.h"
#include "policy/log/merkle_tree.h"

namespace inkan::policy {

// "<origin>+<key id hex>+<base64 of type and key>" (C2SP signed-note; type 0x02: our ECDSA P-256). Throws
// Error{invalid_input} if it is malformed or its key id is not that of its key.
NoteVerifier parse_verifier_key(std::string_view text);

class LogVerifier {
 public:
  // The log must have had this head once. `name` says in a fault where the head came from. Before the leaves:
  // throws Error{internal} for a head that they have passed.
  void expect(const TreeHead& head, std::string name);
  // A head under the log's signature that is kept from an earlier time: the newest may not be smaller.
  void expect_kept(const TreeHead& head, std::string name);
  // The newest head under the log's signature: no leaf may stand beyond it. Of several the largest counts.
  void expect_newest(const TreeHead& head, std::string name);
  // The next leaf as served, with the index it was served under. Returns the tiles that it completed.
  std::vector<Tile> append(LeafIndex index, BytesView leaf);
  // The same for a caller who has read the leaf: the index that it names, if it names one.
  std::vector<Tile> append(LeafIndex index, BytesView leaf, std::optional<LeafIndex> named);
  // After the last leaf: a head beyond it means that leaves are missing, a leaf that no signature covers can
  // be denied.
  void finish();

  const std::vector<std::string>& faults() const { return faults_; }  // empty: everything agreed
  TreeHead head() const { return edge_.head(); }
  const RightEdge& edge() const { return edge_; }
  std::uint64_t size() const { return edge_.size(); }
  std::uint64_t covered() const { return newest_ ? newest_->head.size : 0; }  // leaves under a signature
  // The leaves that a signature must cover: a log that rests ends in leaves of its last checkpoint's
  // cosignatures, which call for no new one.
  std::uint64_t to_cover() const { return size() - resting_; }

 private:
  struct Expected {
    TreeHead head;
    std::string name;
  };
  void compare(const Expected& expected);
  void finish_signed();

  RightEdge edge_;
  std::vector<Expected> expected_, kept_;
  std::uint64_t resting_ = 0;  // log.checkpoint leaves at the end
  std::optional<Expected> newest_;
  std::vector<std::string> faults_;
};

}  // namespace inkan::policy
