#include "policy/log/story/keys.h"

#include "policy/log/story/leaf_values.h"

namespace inkan::policy {
namespace {

// A CA key signs certificates, CRLs, a request for its own certificate and its own canary; the ledger key its
// canary and, by rows of the store, checkpoints; an OCSP key responses. Another purpose of either is a later
// version's.
bool may(std::string_view key_purpose, std::string_view purpose) {
  if (purpose == "certificate" || purpose == "certification-request") return key_purpose == "ca";
  if (purpose == "crl") return key_purpose == "ca" || key_purpose == "crl";
  if (purpose == "ocsp") return key_purpose == "ocsp";
  return true;
}

}  // namespace

void Keys::birth(LeafIndex index, const LeafReader& leaf) {
  const auto id = read_octets<KeyId>(leaf.text("detail", "key_id"));
  const auto purpose = leaf.text("detail", "purpose"), algorithm = leaf.text("detail", "alg"),
             ceremony = leaf.text("detail", "ceremony_id");
  if (!id || !purpose || !algorithm || !read_octets<Sha256>(leaf.text("detail", "spki_sha256")))
    return faults_.at(index,
                      "key.generate does not say which key was born: key_id, purpose, alg, spki_sha256");
  if (!keys_.try_emplace(*id, KeyStory{std::string(*purpose), std::string(*algorithm), index}).second)
    return faults_.at(index, "key " + id->hex() + " was born before");
  if (!ceremony) return faults_.at(index, "key " + id->hex() + " was born outside any ceremony");
  auto [found, fresh] = ceremonies_.try_emplace(std::string(*ceremony));
  if (fresh) found->second.first_birth = index;
}

// The keys of a set-up are born before the log can tell of the ceremony they belong to: finish() asks for it.
void Keys::ceremony_step(LeafIndex index, const LeafReader& leaf) {
  const auto ceremony = leaf.text("detail", "ceremony_id");
  if (!ceremony) return faults_.at(index, "ceremony.step names no ceremony");
  ceremonies_[std::string(*ceremony)].has_step = true;
}

KeyStory* Keys::use(LeafIndex index, const LeafReader& leaf, std::string_view purpose) {
  const auto id = read_octets<KeyId>(leaf.text("detail", "key_id"));
  const auto found = id ? keys_.find(*id) : keys_.end();
  if (found == keys_.end()) {
    faults_.at(index, "its key was not born in this log");
    return nullptr;
  }
  if (!may(found->second.purpose, purpose))
    faults_.at(index, "a key of purpose " + found->second.purpose + " is used for " + std::string(purpose));
  return &found->second;
}

void Keys::finish() {
  for (const auto& [id, ceremony] : ceremonies_)
    if (!ceremony.has_step)
      faults_.at(ceremony.first_birth,
                 "a key was born in ceremony " + id + ", of which no ceremony.step tells");
}

}  // namespace inkan::policy
