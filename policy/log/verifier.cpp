#include "policy/log/verifier.h"

#include <nlohmann/json.hpp>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::size_t k_max_faults = 20;  // enough to see the pattern; a broken log would fill the memory

// SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 §4).
constexpr std::uint8_t k_ed25519_spki[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                           0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

[[noreturn]] void refuse_key(const std::string& what) {
  throw Error(ErrorCode::invalid_input, "verifier key: " + what + " (expected <origin>+<key id>+<base64>)");
}

Bytes spki_of(BytesView typed_key) {
  if (typed_key.size() < 2) refuse_key("no key in it");
  const BytesView material = typed_key.subspan(1);
  if (typed_key[0] == 0x02) return to_bytes(material);
  if (typed_key[0] != 0x01)
    refuse_key("type " + std::to_string(typed_key[0]) + " is not 1 (Ed25519) or 2 (ECDSA)");
  Bytes spki(std::begin(k_ed25519_spki), std::end(k_ed25519_spki));
  spki.insert(spki.end(), material.begin(), material.end());
  return spki;
}

// What the leaf says of its own place; nothing if it does not say.
std::optional<LeafIndex> index_in(BytesView leaf) {
  const auto json = nlohmann::json::parse(leaf.begin(), leaf.end(), nullptr, false);
  if (!json.is_object() || !json.contains("index") || !json["index"].is_number_unsigned())
    return std::nullopt;
  return json["index"].get<LeafIndex>();
}

}  // namespace

NoteVerifier parse_verifier_key(std::string_view text) {
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) refuse_key("two '+' are wanted");
  const auto typed_key = from_base64(text.substr(second + 1));
  if (!typed_key) refuse_key("its last part is not base64");
  auto key = PublicKey::parse(spki_of(*typed_key));
  if (const auto* denial = denied(key)) refuse_key(denial->detail);
  NoteVerifier verifier(std::string(text.substr(0, first)), std::get<PublicKey>(std::move(key)));
  if (to_hex(verifier.key_id()) != text.substr(first + 1, second - first - 1))
    refuse_key("its key id is not that of its key, which is " + to_hex(verifier.key_id()));
  return verifier;
}

void LogVerifier::expect(const TreeHead& head, std::string name) {
  if (head.size < edge_.size())
    throw Error(ErrorCode::internal, name + " is expected after its leaves were read");
  expected_.push_back({head, std::move(name)});
  compare(expected_.back());
}

void LogVerifier::expect_kept(const TreeHead& head, std::string name) {
  kept_.push_back({head, name});
  expect(head, std::move(name));
}

void LogVerifier::expect_newest(const TreeHead& head, std::string name) {
  if (!newest_ || head.size >= covered()) newest_ = Expected{head, name};
  expect(head, std::move(name));
}

void LogVerifier::append(LeafIndex index, BytesView leaf) {
  const auto place = edge_.size();
  if (faults_.size() < k_max_faults) {
    if (index != place)
      faults_.push_back("leaf " + std::to_string(place) + " was served as leaf " + std::to_string(index));
    if (index_in(leaf) != place)
      faults_.push_back("leaf " + std::to_string(place) + " does not name its own index");
  }
  edge_.append(hash_leaf(leaf));
  for (const auto& expected : expected_) compare(expected);
}

void LogVerifier::finish() {
  for (const auto& expected : expected_)
    if (expected.head.size > edge_.size())
      faults_.push_back(expected.name + " covers " + std::to_string(expected.head.size) +
                        " leaves, but the log ends after " + std::to_string(edge_.size()) +
                        ": leaves are missing");
  finish_signed();
}

// A stated head binds nobody: what is not under a signature may read otherwise tomorrow.
void LogVerifier::finish_signed() {
  if (!newest_) {
    if (size() > 0)
      faults_.push_back("none of the " + std::to_string(size()) + " leaves is under a checkpoint");
    return;
  }
  const std::string covers = newest_->name + " covers " + std::to_string(covered());
  if (covered() < size())
    faults_.push_back(covers + " of " + std::to_string(size()) +
                      " leaves: the others are not under a signature");
  for (const auto& kept : kept_)
    if (kept.head.size > covered())
      faults_.push_back(covers + " leaves, but " + kept.name + " already covered " +
                        std::to_string(kept.head.size) + ": the log was rolled back, or an old one is shown");
}

void LogVerifier::compare(const Expected& expected) {
  if (expected.head.size == edge_.size() && expected.head.root != edge_.head().root)
    faults_.push_back(expected.name + " gives another root at size " + std::to_string(expected.head.size) +
                      ": the leaves were changed after it was made");
}

}  // namespace inkan::policy
