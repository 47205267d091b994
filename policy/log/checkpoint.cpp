#include "policy/log/checkpoint.h"

#include <charconv>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::uint8_t k_ed25519 = 0x01;  // C2SP signed-note
constexpr std::uint8_t k_ecdsa = 0x02;

constexpr std::string_view k_dash = "\xe2\x80\x94 ";  // em dash, space: opens a signature line

void require_origin(const std::string& origin) {
  const bool bad =
      origin.empty() || origin.size() > 255 || origin.find_first_of(" \t\r\n+") != std::string::npos;
  if (bad)
    throw Error(ErrorCode::config, "ledger origin \"" + origin +
                                       "\" must be 1 to 255 characters without spaces, line feeds or '+'");
}

std::array<std::uint8_t, 4> first_four(const Sha256& hash) {
  return {hash.array()[0], hash.array()[1], hash.array()[2], hash.array()[3]};
}

// C2SP signed-note: key id = SHA-256(name || LF || type || public key), first four octets; for type 0x02 it
// is that of the DER SubjectPublicKeyInfo alone, as its verifiers read it.
std::array<std::uint8_t, 4> note_key_id(const std::string& origin, const PublicKey& key) {
  if (key.algorithm() != KeyAlgorithm::ed25519) return first_four(sha256(key.spki()));
  const std::uint8_t separator[] = {'\n', k_ed25519};
  return first_four(sha256({as_bytes(origin), separator, key.key_bits()}));
}

// Takes the text up to the next line feed off the front.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<TreeHead> parse_body(std::string_view body, const std::string& origin) {
  const auto name = take_line(body), size = take_line(body), root = take_line(body);
  if (!root || *name != origin || size->empty() || (size->size() > 1 && size->front() == '0'))
    return std::nullopt;
  std::uint64_t leaves = 0;
  const auto [end, error] = std::from_chars(size->data(), size->data() + size->size(), leaves);
  const auto hash = from_base64(*root);
  if (error != std::errc() || end != size->data() + size->size() || !hash || hash->size() != Sha256::k_size)
    return std::nullopt;
  return TreeHead{leaves, *Sha256::from(*hash)};
}

}  // namespace

CheckpointBody::CheckpointBody(std::string origin, const TreeHead& head, const KeyId& key,
                               SignatureAlgorithm algorithm)
    : origin_(std::move(origin)), head_(head), key_(key), algorithm_(algorithm) {
  require_origin(origin_);
  text_ = origin_ + "\n" + std::to_string(head_.size) + "\n" + to_base64(head_.root.bytes()) + "\n";
}

NoteVerifier::NoteVerifier(std::string origin, PublicKey key)
    : origin_(std::move(origin)), key_(std::move(key)), key_id_(note_key_id(origin_, key_)) {
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
  Bytes key{key_.algorithm() == KeyAlgorithm::ed25519 ? k_ed25519 : k_ecdsa};
  const BytesView material =
      key_.algorithm() == KeyAlgorithm::ed25519 ? key_.key_bits() : BytesView(key_.spki());
  key.insert(key.end(), material.begin(), material.end());
  return origin_ + "+" + to_hex(key_id_) + "+" + to_base64(key);
}

std::string NoteVerifier::seal(const CheckpointBody& body, BytesView signature) const {
  Bytes line(key_id_.begin(), key_id_.end());
  line.insert(line.end(), signature.begin(), signature.end());
  return std::string(as_text(body.to_be_signed())) + "\n" + std::string(k_dash) + origin_ + " " +
         to_base64(line) + "\n";
}

std::optional<TreeHead> NoteVerifier::open(std::string_view note) const {
  const auto split = note.find("\n\n");
  if (split == std::string_view::npos) return std::nullopt;
  const std::string_view body = note.substr(0, split + 1);
  std::string_view lines = note.substr(split + 2);
  const std::string prefix = std::string(k_dash) + origin_ + " ";
  while (const auto line = take_line(lines)) {
    if (!line->starts_with(prefix)) continue;  // another's signature: a witness's
    const auto signature = from_base64(line->substr(prefix.size()));
    if (!signature || signature->size() <= key_id_.size()) return std::nullopt;
    if (!equal(BytesView(*signature).first(key_id_.size()), key_id_)) continue;
    if (!key_.verify(algorithm(), as_bytes(body), BytesView(*signature).subspan(key_id_.size())))
      return std::nullopt;
    return parse_body(body, origin_);
  }
  return std::nullopt;
}

}  // namespace inkan::policy
