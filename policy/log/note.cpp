#include "policy/log/note.h"

#include <algorithm>
#include <charconv>

#include "policy/types/error.h"
#include "policy/x509/character_string.h"

namespace inkan::policy {
namespace {

constexpr std::size_t k_max_signatures = 100;         // as Go's note package: more is an attack on the reader
constexpr std::string_view k_dash = "\xe2\x80\x94 ";  // em dash, space: opens a signature line

constexpr std::uint8_t k_ed25519_spki[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                           0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

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

std::optional<NoteSignature> parse_signature(std::string_view line, std::string_view with_feed) {
  if (!line.starts_with(k_dash)) return std::nullopt;
  const auto space = line.rfind(' ');
  const auto name = line.substr(k_dash.size(), std::max(space, k_dash.size()) - k_dash.size());
  const auto octets = from_base64(line.substr(space + 1));
  NoteKeyId id;
  if (!octets || octets->size() <= id.size() || name.empty() || name.find(' ') != std::string_view::npos)
    return std::nullopt;
  std::copy_n(octets->begin(), id.size(), id.begin());
  return NoteSignature{with_feed, name, id, {octets->begin() + id.size(), octets->end()}};
}

[[noreturn]] void refuse_key_text(const std::string& what) {
  throw Error(ErrorCode::invalid_input, "verifier key: " + what + " (expected <origin>+<key id>+<base64>)");
}

}  // namespace

std::optional<SignedNote> SignedNote::parse(std::string_view text) {
  if (!is_note_text(text)) return std::nullopt;
  // The signatures stand after the last blank line: whatever comes before it is signed.
  const auto split = text.rfind("\n\n");
  if (split == std::string_view::npos) return std::nullopt;
  SignedNote note{text.substr(0, split + 1), {}};
  for (auto rest = text.substr(split + 2); !rest.empty();) {
    const auto from = rest;
    const auto line = take_line(rest);
    if (!line || note.signatures.size() == k_max_signatures) return std::nullopt;
    auto signature = parse_signature(*line, from.substr(0, line->size() + 1));
    if (!signature) return std::nullopt;
    note.signatures.push_back(std::move(*signature));
  }
  return note;
}

const NoteSignature* SignedNote::find(std::string_view name, const NoteKeyId& key_id) const {
  for (const auto& signature : signatures)
    if (signature.name == name && signature.key_id == key_id) return &signature;
  return nullptr;
}

std::string signature_line(std::string_view name, const NoteKeyId& key_id, BytesView octets) {
  Bytes all(key_id.begin(), key_id.end());
  all.insert(all.end(), octets.begin(), octets.end());
  return std::string(k_dash) + std::string(name) + " " + to_base64(all) + "\n";
}

NoteKeyId note_key_id(std::string_view name, NoteKeyType type, BytesView key) {
  const std::uint8_t separator[] = {'\n', static_cast<std::uint8_t>(type)};
  const auto hash = type == NoteKeyType::ecdsa_p256 ? sha256(key) : sha256({as_bytes(name), separator, key});
  return {hash.array()[0], hash.array()[1], hash.array()[2], hash.array()[3]};
}

bool is_note_key_name(std::string_view name) {
  const auto allowed = [](char c) { return c > ' ' && c < 0x7f && c != '+'; };
  return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), allowed);
}

VerifierKeyText VerifierKeyText::parse(std::string_view text) {
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) refuse_key_text("two '+' are wanted");
  const auto typed_key = from_base64(text.substr(second + 1));
  if (!typed_key) refuse_key_text("its last part is not base64");
  if (typed_key->size() < 2) refuse_key_text("no key in it");
  return {std::string(text.substr(0, first)),
          std::string(text.substr(first + 1, second - first - 1)),
          typed_key->front(),
          {typed_key->begin() + 1, typed_key->end()}};
}

std::string verifier_key_text(std::string_view name, const NoteKeyId& key_id, NoteKeyType type,
                              BytesView key) {
  Bytes typed{static_cast<std::uint8_t>(type)};
  typed.insert(typed.end(), key.begin(), key.end());
  return std::string(name) + "+" + to_hex(key_id) + "+" + to_base64(typed);
}

Bytes ed25519_spki(BytesView key) {
  Bytes spki(std::begin(k_ed25519_spki), std::end(k_ed25519_spki));
  spki.insert(spki.end(), key.begin(), key.end());
  return spki;
}

std::optional<CheckpointText> CheckpointText::parse(std::string_view body) {
  const auto origin = take_line(body), size = take_line(body), root = take_line(body);
  if (!root || origin->empty() || size->empty() || (size->size() > 1 && size->front() == '0'))
    return std::nullopt;
  std::uint64_t leaves = 0;
  const auto [end, error] = std::from_chars(size->data(), size->data() + size->size(), leaves);
  const auto hash = from_base64(*root);
  if (error != std::errc() || end != size->data() + size->size() || !hash || hash->size() != Sha256::k_size)
    return std::nullopt;
  return CheckpointText{*origin, {leaves, *Sha256::from(*hash)}};
}

}  // namespace inkan::policy
