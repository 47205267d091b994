// C2SP signed-note: a text and the lines of those who signed it. Form only: who may sign, and what, is the
// verifiers' matter.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "policy/types/tree_head.h"

namespace inkan::policy {

using NoteKeyId = std::array<std::uint8_t, 4>;

// The octet that stands before the key in a verifier key, and in the hash that is the key id.
enum class NoteKeyType : std::uint8_t {
  ed25519 = 0x01,      // C2SP signed-note
  ecdsa_p256 = 0x02,   // as its verifiers read it: the key id is of the DER SubjectPublicKeyInfo alone
  cosignature = 0x04,  // C2SP tlog-cosignature v1: Ed25519 over a text with a time
};

struct NoteSignature {
  std::string_view line;  // with its line feed
  std::string_view name;
  NoteKeyId key_id;
  Bytes octets;  // at least one; of a cosignature the time comes first
};

struct SignedNote {
  std::string_view body;  // with its last line feed: what is signed
  std::vector<NoteSignature> signatures;

  // Nothing if it is no note, or has more than 100 signatures. Borrows from `text`.
  static std::optional<SignedNote> parse(std::string_view text);
  // The first line by that name and key, as Go's note package takes it.
  const NoteSignature* find(std::string_view name, const NoteKeyId& key_id) const;
};

// "— name base64(key id || octets)\n".
std::string signature_line(std::string_view name, const NoteKeyId& key_id, BytesView octets);
// SHA-256(name || LF || type || key), the first four octets; of type 0x02 SHA-256(key).
NoteKeyId note_key_id(std::string_view name, NoteKeyType type, BytesView key);
// C2SP signed-note: not empty, no space, no '+'; here at most 255 printable ASCII characters.
bool is_note_key_name(std::string_view name);

// A verifier key in parts: "<name>+<key id hex>+<base64 of type and key>".
struct VerifierKeyText {
  std::string name, key_id;
  std::uint8_t type = 0;
  Bytes key;

  static VerifierKeyText parse(std::string_view text);  // throws Error{invalid_input}; the id is not judged
};
std::string verifier_key_text(std::string_view name, const NoteKeyId& key_id, NoteKeyType type,
                              BytesView key);
// The SubjectPublicKeyInfo of a raw Ed25519 key (RFC 8410 §4).
Bytes ed25519_spki(BytesView key);

// The first three lines of a checkpoint (C2SP tlog-checkpoint): whose log, how large, which root.
struct CheckpointText {
  std::string_view origin;
  TreeHead head;

  static std::optional<CheckpointText> parse(std::string_view body);
};

}  // namespace inkan::policy
