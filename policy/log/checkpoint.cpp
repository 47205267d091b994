#include "policy/log/checkpoint.h"

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

void require_origin(const std::string& origin) {
  if (!is_note_key_name(origin))
    throw Error(ErrorCode::config, "ledger origin \"" + origin +
                                       "\" must be 1 to 255 printable ASCII characters, no space and no '+'");
}

NoteKeyType type_of(const PublicKey& key) {
  return key.algorithm() == KeyAlgorithm::ed25519 ? NoteKeyType::ed25519 : NoteKeyType::ecdsa_p256;
}

BytesView material_of(const PublicKey& key) {
  return key.algorithm() == KeyAlgorithm::ed25519 ? key.key_bits() : BytesView(key.spki());
}

}  // namespace

CheckpointBody::CheckpointBody(std::string origin, const TreeHead& head, const KeyId& key,
                               SignatureAlgorithm algorithm)
    : origin_(std::move(origin)), head_(head), key_(key), algorithm_(algorithm) {
  require_origin(origin_);
  text_ = origin_ + "\n" + std::to_string(head_.size) + "\n" + to_base64(head_.root.bytes()) + "\n";
}

NoteVerifier::NoteVerifier(std::string origin, PublicKey key)
    : origin_(std::move(origin)),
      key_(std::move(key)),
      key_id_(note_key_id(origin_, type_of(key_), material_of(key_))) {
  require_origin(origin_);
  // Never RSA: no verifier of signed notes reads it.
  if (key_.algorithm() != KeyAlgorithm::ed25519 && key_.algorithm() != KeyAlgorithm::ec_p256)
    throw Error(ErrorCode::config,
                "a ledger key is Ed25519 or EC P-256, not " + std::string(name(key_.algorithm())));
}

SignatureAlgorithm NoteVerifier::algorithm() const {
  return key_.algorithm() == KeyAlgorithm::ed25519 ? SignatureAlgorithm::ed25519
                                                   : SignatureAlgorithm::ecdsa_sha256;
}

std::string NoteVerifier::verifier_key() const {
  return verifier_key_text(origin_, key_id_, type_of(key_), material_of(key_));
}

std::string NoteVerifier::seal(BytesView text, BytesView signature) const {
  return std::string(as_text(text)) + "\n" + signature_line(origin_, key_id_, signature);
}

std::optional<TreeHead> NoteVerifier::open(std::string_view note) const {
  const auto body = open_text(note);
  const auto text = body ? CheckpointText::parse(*body) : std::nullopt;
  return text && text->origin == origin_ ? std::optional(text->head) : std::nullopt;
}

std::optional<std::string_view> NoteVerifier::open_text(std::string_view note) const {
  const auto opened = open_signed(note);
  return opened ? std::optional(opened->first) : std::nullopt;
}

std::optional<std::string> NoteVerifier::alone(std::string_view note) const {
  const auto opened = open_signed(note);
  return opened ? std::optional(seal(as_bytes(opened->first), opened->second)) : std::nullopt;
}

std::optional<std::pair<std::string_view, Bytes>> NoteVerifier::open_signed(std::string_view note) const {
  const auto parsed = SignedNote::parse(note);
  // Other lines are others': a witness's, or of a key of ours that was replaced.
  const auto* ours = parsed ? parsed->find(origin_, key_id_) : nullptr;
  if (!ours || !key_.verify(algorithm(), as_bytes(parsed->body), ours->octets)) return std::nullopt;
  return std::pair(parsed->body, ours->octets);
}

}  // namespace inkan::policy
