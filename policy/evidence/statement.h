// What an evidence pack is of, and what the evidence key signs about it.
#pragma once

#include <optional>
#include <string>

#include "policy/log/checkpoint.h"
#include "policy/types/validity.h"

namespace inkan::policy {

// The pack's octets are a function of this alone: the log up to one of its checkpoints, and a period.
struct EvidenceScope {
  TreeHead tree;
  Instant from, to;  // of the leaves' times: from <= time < to

  // "<tree size>-<from>-<to>", times as 20261101T000000Z: what a pack, and its file, is called.
  std::string id() const;
};

// Tree size, from and to out of an id; nothing for any other text.
struct EvidenceId {
  std::uint64_t tree_size;
  Instant from, to;

  static std::optional<EvidenceId> parse(std::string_view text);
};

// The detached signature of a pack is a C2SP signed note under the key name "<origin>/evidence" with this
// text, a line each: that name; "inkan-evidence/v1"; the verifier key of the evidence key; "<size> <base64
// root>" of the tree; "<from> <to>" (RFC 3339); "<sha256 of the pack, hex>  <id>.tar", as sha256sum reads it.
class EvidenceStatement {
 public:
  static constexpr const char* k_purpose = "evidence";

  EvidenceStatement(const std::string& origin, const EvidenceScope& scope, const Sha256& pack,
                    const PublicKey& public_key, const KeyId& key, SignatureAlgorithm algorithm);

  BytesView to_be_signed() const { return as_bytes(text_); }
  const KeyId& signing_key() const { return key_; }
  SignatureAlgorithm signature_algorithm() const { return algorithm_; }
  const Sha256& pack() const { return pack_; }

 private:
  Sha256 pack_;
  KeyId key_;
  SignatureAlgorithm algorithm_;
  std::string text_;
};

// A statement read back.
struct SignedStatement {
  NoteVerifier verifier;  // of the key it names, which signed it; whose key that is, it does not show
  EvidenceScope scope;
  Sha256 pack;
};

NoteVerifier evidence_verifier(const std::string& origin, const PublicKey& key);
// Throws Error{invalid_input} naming the line that is wrong, or saying that the signature is.
SignedStatement open_statement(const std::string& origin, std::string_view note);

}  // namespace inkan::policy
