#include "policy/log/cosignature.h"

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::size_t k_time_octets = 8, k_signature = 64;  // octets
// The year 9999's end: beyond it no report could write the time down.
constexpr std::uint64_t k_latest = 253402300799;

[[noreturn]] void refuse_witness(const std::string& what) {
  throw Error(
      ErrorCode::invalid_input,
      "witness key: " + what + " (expected <name>+<key id>+<base64>, as `inkan-witness keygen` prints)");
}

std::uint64_t read_time(BytesView octets) {
  std::uint64_t seconds = 0;
  for (std::size_t i = 0; i < k_time_octets; ++i) seconds = seconds << 8 | octets[i];
  return seconds;
}

}  // namespace

std::string cosigned_message(std::string_view body, Instant time) {
  return "cosignature/v1\ntime " + std::to_string(time.time_since_epoch().count()) + "\n" + std::string(body);
}

CosignatureVerifier::CosignatureVerifier(std::string name, PublicKey key)
    : name_(std::move(name)),
      key_(std::move(key)),
      key_id_(note_key_id(name_, NoteKeyType::cosignature, key_.key_bits())) {
  if (!is_note_key_name(name_))
    throw Error(ErrorCode::config, "witness name \"" + name_ +
                                       "\" must be 1 to 255 printable ASCII characters, no space and no '+'");
  if (key_.algorithm() != KeyAlgorithm::ed25519)
    throw Error(ErrorCode::config,
                "a witness key is Ed25519, not " + std::string(policy::name(key_.algorithm())));
}

CosignatureVerifier CosignatureVerifier::parse(std::string_view text) {
  const auto parts = VerifierKeyText::parse(text);
  if (parts.type != static_cast<std::uint8_t>(NoteKeyType::cosignature))
    refuse_witness("type " + std::to_string(parts.type) + " is not 4 (cosignature/v1)");
  auto key = PublicKey::parse(ed25519_spki(parts.key));
  if (const auto* denial = denied(key)) refuse_witness(denial->detail);
  CosignatureVerifier verifier(parts.name, std::get<PublicKey>(std::move(key)));
  if (to_hex(verifier.key_id()) != parts.key_id)
    refuse_witness("its key id is not that of its name and key, which is " + to_hex(verifier.key_id()));
  return verifier;
}

std::string CosignatureVerifier::verifier_key() const {
  return verifier_key_text(name_, key_id_, NoteKeyType::cosignature, key_.key_bits());
}

std::string CosignatureVerifier::seal(Instant time, BytesView signature) const {
  const auto seconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
  Bytes octets;
  for (int shift = 56; shift >= 0; shift -= 8)
    octets.push_back(static_cast<std::uint8_t>(seconds >> shift & 0xff));
  octets.insert(octets.end(), signature.begin(), signature.end());
  return signature_line(name_, key_id_, octets);
}

std::optional<Instant> CosignatureVerifier::seen_at(const SignedNote& note) const {
  const auto* mine = note.find(name_, key_id_);
  if (!mine || mine->octets.size() != k_time_octets + k_signature) return std::nullopt;
  const auto seconds = read_time(mine->octets);
  if (seconds > k_latest) return std::nullopt;
  const Instant time(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
  const BytesView signature = BytesView(mine->octets).subspan(k_time_octets);
  const std::string message = cosigned_message(note.body, time);
  if (!key_.verify(SignatureAlgorithm::ed25519, as_bytes(message), signature)) return std::nullopt;
  return time;
}

std::optional<Instant> CosignatureVerifier::seen_at(std::string_view note) const {
  const auto parsed = SignedNote::parse(note);
  return parsed ? seen_at(*parsed) : std::nullopt;
}

}  // namespace inkan::policy
