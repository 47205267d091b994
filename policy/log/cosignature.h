// A witness's word that it saw a log's head, and when, and that the log had only grown: a C2SP
// tlog-cosignature v1 (Ed25519, note type 0x04). Arithmetic and text only; the witness's program signs.
#pragma once

#include <optional>
#include <string>

#include "policy/log/note.h"
#include "policy/types/validity.h"
#include "policy/x509/public_key.h"

namespace inkan::policy {

// What a witness signs: "cosignature/v1\ntime <Unix seconds>\n", then the note's body.
std::string cosigned_message(std::string_view body, Instant time);

class CosignatureVerifier {
 public:
  // Throws Error{config} for a key that is not Ed25519 or a name that no note may have.
  CosignatureVerifier(std::string name, PublicKey key);
  // "<name>+<key id hex>+<base64 of 0x04 and the key>". Throws Error{invalid_input} if it is malformed, of
  // another type, or its key id is not that of its name and key.
  static CosignatureVerifier parse(std::string_view text);

  std::string verifier_key() const;
  const std::string& name() const { return name_; }
  const NoteKeyId& key_id() const { return key_id_; }

  // The line to put under the note. `signature`: the 64 octets over cosigned_message().
  std::string seal(Instant time, BytesView signature) const;
  // When this witness saw the note; nothing if it did not cosign it, or its line is not good. Says nothing of
  // the log's own signature.
  std::optional<Instant> seen_at(const SignedNote& note) const;
  std::optional<Instant> seen_at(std::string_view note) const;

 private:
  std::string name_;
  PublicKey key_;
  NoteKeyId key_id_;
};

}  // namespace inkan::policy
