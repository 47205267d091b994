#include "policy/log/checkpoint.h"

#include <algorithm>
#include <charconv>

#include "policy/types/error.h"
#include "policy/x509/character_string.h"

namespace inkan::policy {
namespace {

constexpr std::uint8_t k_ed25519 = 0x01;  // C2SP signed-note
constexpr std::uint8_t k_ecdsa = 0x02;

constexpr std::size_t k_max_signatures = 100;  // as Go's note package: more is an attack on the reader

constexpr std::string_view k_dash = "\xe2\x80\x94 ";  // em dash, space: opens a signature line

// C2SP signed-note: not empty, no Unicode space, no '+'. ASCII leaves nothing of that to tables.
bool is_key_name(std::string_view name) {
  const auto allowed = [](char c) { return c > ' ' && c < 0x7f && c != '+'; };
  return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), allowed);
}

void require_origin(const std::string& origin) {
  if (!is_key_name(origin))
    throw Error(ErrorCode::config, "ledger origin \"" + origin +
                                       "\" must be 1 to 255 printable ASCII characters, no space and no '+'");
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

// C2SP signed-note: UTF-8, and no ASCII control character but the line feed.
bool is_note_text(std::string_view note) {
  const auto control = [](char c) { return c >= 0 && c < ' ' && c != '\n'; };
  return std::none_of(note.begin(), note.end(), control) && count_utf8(note);
}

struct Signature {
  std::string_view name;
  Bytes octets;  // key id, then the signature; at least one octet of it
};

// One line each, as C2SP signed-note has it; nothing if anything else stands among them.
std::optional<std::vector<Signature>> parse_signatures(std::string_view lines) {
  std::vector<Signature> all;
  while (!lines.empty()) {
    const auto line = take_line(lines);
    if (!line || !line->starts_with(k_dash) || all.size() == k_max_signatures) return std::nullopt;
    const auto space = line->rfind(' ');
    const auto name = line->substr(k_dash.size(), std::max(space, k_dash.size()) - k_dash.size());
    auto octets = from_base64(line->substr(space + 1));
    if (!octets || octets->size() <= 4 || name.empty() || name.find(' ') != std::string_view::npos)
      return std::nullopt;
    all.push_back({name, std::move(*octets)});
  }
  return all;
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
  if (!is_note_text(note)) return std::nullopt;
  // The signatures stand after the last blank line: whatever comes before it is signed.
  const auto split = note.rfind("\n\n");
  if (split == std::string_view::npos) return std::nullopt;
  const std::string_view body = note.substr(0, split + 1);
  const auto signatures = parse_signatures(note.substr(split + 2));
  if (!signatures) return std::nullopt;
  for (const auto& [name, octets] : *signatures) {
    const BytesView signature(octets);
    // Another's: a witness's, or a key of ours that was replaced.
    if (name != origin_ || !equal(signature.first(key_id_.size()), key_id_)) continue;
    if (!key_.verify(algorithm(), as_bytes(body), signature.subspan(key_id_.size()))) return std::nullopt;
    return parse_body(body, origin_);
  }
  return std::nullopt;
}

}  // namespace inkan::policy
