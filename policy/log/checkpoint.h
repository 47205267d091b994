// The log's signed head: a C2SP tlog-checkpoint (a signed note). Arithmetic and text only; the token signs.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "policy/log/note.h"
#include "policy/types/key_id.h"
#include "policy/types/tree_head.h"
#include "policy/x509/public_key.h"

namespace inkan::policy {

// The text a checkpoint key signs: origin, size, base64 root, each ended by a line feed.
class CheckpointBody {
 public:
  static constexpr const char* k_purpose = "checkpoint";

  // `origin` is printable ASCII without space or '+' (C2SP signed-note key names); throws Error{config}
  // otherwise.
  CheckpointBody(std::string origin, const TreeHead& head, const KeyId& key, SignatureAlgorithm algorithm);

  BytesView to_be_signed() const { return as_bytes(text_); }
  const KeyId& signing_key() const { return key_; }
  SignatureAlgorithm signature_algorithm() const { return algorithm_; }
  const std::string& origin() const { return origin_; }
  const TreeHead& head() const { return head_; }

 private:
  std::string origin_;
  TreeHead head_;
  KeyId key_;
  SignatureAlgorithm algorithm_;
  std::string text_;
};

// The public half of a checkpoint key, as a note verifier: type 0x01 Ed25519 (C2SP signed-note), or 0x02
// ECDSA P-256 whose key id is the first four octets of SHA-256 over the DER SubjectPublicKeyInfo. No other
// key kind is accepted.
class NoteVerifier {
 public:
  NoteVerifier(std::string origin, PublicKey key);  // throws Error{config}
  // "<origin>+<key id hex>+<base64 of type and key>": what Go's note.NewVerifier reads (Ed25519 only there).
  std::string verifier_key() const;
  const NoteKeyId& key_id() const { return key_id_; }
  const std::string& origin() const { return origin_; }
  SignatureAlgorithm algorithm() const;
  const PublicKey& key() const { return key_; }

  // The note with its signature line, as served: body, blank line, "— origin base64(key id || signature)\n".
  std::string seal(const CheckpointBody& body, BytesView signature) const {
    return seal(body.to_be_signed(), signature);
  }
  std::string seal(BytesView text, BytesView signature) const;  // of any text that ends in a line feed
  // A note that open_text() takes, with this key's signature as the only one.
  std::optional<std::string> alone(std::string_view note) const;
  // The text of a note that is well formed and carries a good signature of this key; borrowed from it.
  std::optional<std::string_view> open_text(std::string_view note) const;
  // The head, if the note is well formed, names this origin and carries a good signature of this key. Lines
  // of others may stand beside it: witnesses' cosignatures.
  std::optional<TreeHead> open(std::string_view note) const;

 private:
  // The signed text, and this key's signature of it.
  std::optional<std::pair<std::string_view, Bytes>> open_signed(std::string_view note) const;

  std::string origin_;
  PublicKey key_;
  NoteKeyId key_id_;
};

}  // namespace inkan::policy
