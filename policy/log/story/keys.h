// The keys of the log: each born in a ceremony before its first use, and what each was asked to sign.
#pragma once

#include <map>
#include <string>

#include "policy/log/leaf_reader.h"
#include "policy/log/story/faults.h"
#include "policy/types/key_id.h"

namespace inkan::policy {

struct KeyStory {
  std::string purpose, algorithm;
  LeafIndex born = 0;
  std::uint64_t intents = 0, done = 0, failed = 0, possible = 0, late = 0, open = 0;
};

class Keys {
 public:
  explicit Keys(Faults& faults) : faults_(faults) {}

  void birth(LeafIndex index, const LeafReader& leaf);          // key.generate
  void ceremony_step(LeafIndex index, const LeafReader& leaf);  // ceremony.step
  // The key an intent names; a fault, and nullptr, if no such key was born, or not for that purpose.
  KeyStory* use(LeafIndex index, const LeafReader& leaf, std::string_view purpose);
  void finish();

  const std::map<KeyId, KeyStory>& all() const { return keys_; }

 private:
  struct Ceremony {
    LeafIndex first_birth = 0;
    bool has_step = false;
  };

  Faults& faults_;
  std::map<KeyId, KeyStory> keys_;
  std::map<std::string, Ceremony, std::less<>> ceremonies_;
};

}  // namespace inkan::policy
