// What a key ceremony did, as a text for people, which the evidence key signs as it stands: `openssl dgst
// -verify` judges it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "policy/log/checkpoint.h"
#include "policy/log/merkle_tree.h"
#include "policy/types/validity.h"

namespace inkan::policy {

struct TranscriptContent {
  struct Vote {
    std::string officer, time;  // of its leaf
    SpkiHash key;
    Sha256 document, cms;
    LeafIndex leaf = 0;
  };
  struct Step {
    LeafIndex leaf = 0;
    std::string time, type, actor, about;
  };
  struct Key {
    std::string label, purpose, token, algorithm;
    KeyId id;
    SpkiHash spki;
    std::map<std::string, std::string> attributes;  // as read back at birth
  };
  struct Certificate {
    std::string of, subject, serial;
    Validity validity;
    Fingerprint sha256;
  };

  bool rehearsal = false;
  std::string name, ceremony, node, build;
  std::string verifier_key;  // of the log; its origin stands in it
  std::string files;         // "<SHA-256, hex>  <file>" a line: what the officers voted on
  int votes_needed = 0, officers = 0;
  Instant expires;  // of the votes
  std::vector<Vote> votes;
  std::vector<Step> steps;
  std::vector<Key> keys;
  std::vector<Certificate> certificates;
  TreeHead tree{0, empty_root()};  // that of a checkpoint: all steps are under it
};

class Transcript {
 public:
  // The evidence key's, like that of a pack.
  static constexpr const char* k_purpose = "evidence";

  // The text is made here and nowhere else; its first line is that of no other thing that is signed. What
  // would break a line of it becomes a question mark.
  Transcript(const TranscriptContent& content, const KeyId& key, SignatureAlgorithm algorithm);

  BytesView to_be_signed() const { return as_bytes(text_); }
  const KeyId& signing_key() const { return key_; }
  SignatureAlgorithm signature_algorithm() const { return algorithm_; }
  const std::string& text() const { return text_; }

 private:
  KeyId key_;
  SignatureAlgorithm algorithm_;
  std::string text_;
};

}  // namespace inkan::policy
