#include "policy/log/verifier.h"

#include <nlohmann/json.hpp>

#include "policy/log/event_type.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::size_t k_max_faults = 20;  // enough to see the pattern; a broken log would fill the memory

[[noreturn]] void refuse_key(const std::string& what) {
  throw Error(ErrorCode::invalid_input, "verifier key: " + what + " (expected <origin>+<key id>+<base64>)");
}

Bytes spki_of(const VerifierKeyText& text) {
  if (text.type == static_cast<std::uint8_t>(NoteKeyType::ecdsa_p256)) return text.key;
  if (text.type != static_cast<std::uint8_t>(NoteKeyType::ed25519))
    refuse_key("type " + std::to_string(text.type) + " is not 1 (Ed25519) or 2 (ECDSA)");
  return ed25519_spki(text.key);
}

// What the leaf says of its own place; nothing if it does not say.
std::optional<LeafIndex> index_in(const nlohmann::json& leaf) {
  if (!leaf.is_object() || !leaf.contains("index") || !leaf["index"].is_number_unsigned())
    return std::nullopt;
  return leaf["index"].get<LeafIndex>();
}

bool tells_of_a_checkpoint(const nlohmann::json& leaf) {
  return leaf.is_object() && leaf.contains("type") && leaf["type"] == name(EventType::log_checkpoint);
}

NoteVerifier verifier_of(std::string name, PublicKey key) {
  try {
    return {std::move(name), std::move(key)};
  } catch (const Error& error) {
    refuse_key(error.what());  // whoever wrote it, it is no configuration of ours
  }
}

}  // namespace

NoteVerifier parse_verifier_key(std::string_view text) {
  const auto parts = VerifierKeyText::parse(text);
  auto key = PublicKey::parse(spki_of(parts));
  if (const auto* denial = denied(key)) refuse_key(denial->detail);
  NoteVerifier verifier = verifier_of(parts.name, std::get<PublicKey>(std::move(key)));
  if (to_hex(verifier.key_id()) != parts.key_id)
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

std::vector<Tile> LogVerifier::append(LeafIndex index, BytesView leaf) {
  const auto json = nlohmann::json::parse(leaf.begin(), leaf.end(), nullptr, false);
  auto completed = append(index, leaf, index_in(json));
  if (tells_of_a_checkpoint(json))
    ++resting_;
  else
    resting_ = 0;
  return completed;
}

std::vector<Tile> LogVerifier::append(LeafIndex index, BytesView leaf, std::optional<LeafIndex> named) {
  const auto place = edge_.size();
  if (faults_.size() < k_max_faults) {
    if (index != place)
      faults_.push_back("leaf " + std::to_string(place) + " was served as leaf " + std::to_string(index));
    if (named != place) faults_.push_back("leaf " + std::to_string(place) + " does not name its own index");
  }
  auto completed = edge_.append(hash_leaf(leaf));
  for (const auto& expected : expected_) compare(expected);
  return completed;
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
  if (covered() < to_cover())
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
