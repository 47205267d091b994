// The books of the signing keys, from the leaves alone: every intent has one outcome or is open, no key
// signed more often than its intents and their retries allow, and what the leaves tell is what must be kept.
// It reads nothing itself, and holds in memory only the intents that no signature has ended.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/types/tree_head.h"
#include "policy/types/validity.h"

namespace inkan::policy {

// Of one key, in signatures: an intent is for one, but a batch of OCSP responses for as many as it counts.
// intents = certificates + crls + ocsp + canaries + requests + evidence + checkpoints + failed + possible +
// open.
struct KeyAccount {
  std::uint64_t intents = 0;
  std::uint64_t certificates = 0, crls = 0, ocsp = 0, canaries = 0, requests = 0, evidence = 0,
                checkpoints = 0;
  std::uint64_t failed = 0, possible = 0, open = 0;
  std::uint64_t late = 0;     // of the possible: the signature came after all
  std::uint64_t retries = 0;  // C_Sign calls beyond an intent's first, as its outcome tells
  std::uint64_t run_intents = 0, run_retries = 0;  // of these, in the run whose signatures are counted

  std::uint64_t outcomes() const {
    return certificates + crls + ocsp + canaries + requests + evidence + checkpoints + failed + possible;
  }
};

// What must be kept because of one leaf.
struct Posting {
  // issued, failed, possible: a certificate. late: the signature of a possible one. crl, revocation, and a
  // hold and its release: as they say.
  enum class Kind { issued, failed, possible, late, crl, revocation, hold, release };
  Kind kind = Kind::issued;
  LeafIndex leaf = 0, intent = 0;           // a revocation, hold or release has none
  std::string id{};                         // serial number in hexadecimal; crl: its authority
  std::string sha256{};                     // issued, late, crl: of the DER, in hexadecimal
  std::uint64_t number = 0;                 // crl
  std::uint64_t shard = 0;                  // crl, and of the CRL that a certificate names; 0: the full one
  std::string reason{}, invalidity_date{};  // revocation, hold: as the leaf writes them
  Instant time{};                           // of the leaf
};

// A checkpoint's intent is a row, not a leaf.
struct CheckpointIntent {
  enum class Outcome { open, made, failed, possible, late };
  std::string key;  // CKA_ID in hexadecimal
  Outcome outcome = Outcome::open;
  std::uint64_t tries = 0;
  bool of_this_run = false;
};

class Reconciliation {
 public:
  // `run` is the boot_id of the run whose signatures are counted; empty: none.
  explicit Reconciliation(std::string run) : run_(std::move(run)) {}

  // The next leaf, with the index it is kept under.
  std::optional<Posting> append(LeafIndex index, BytesView leaf);
  void append(const CheckpointIntent& checkpoint);
  // After the last leaf: an intent that is kept as open, each once. finish() ends the list.
  void open_intent(LeafIndex intent, const std::string& key);
  void finish();
  // After finish(): what the token returned for this key in the run.
  void signatures(const std::string& key, std::uint64_t made);

  // A difference that whoever keeps something found by himself.
  void differ(std::string what);

  std::uint64_t leaves() const { return next_; }
  const std::map<std::string, KeyAccount>& accounts() const { return accounts_; }  // by CKA_ID in hexadecimal
  std::uint64_t differences_found() const { return found_; }
  const std::vector<std::string>& differences() const { return differences_; }  // the first of them

 private:
  struct Intent {
    std::string key, purpose, serial;  // serial: certificates only
    std::uint64_t count = 1;           // signatures it is for
    std::uint64_t shard = 0;           // certificates and CRLs only
    bool of_this_run = false;
  };
  void begin(LeafIndex index, const nlohmann::json& leaf);
  std::optional<Posting> end(LeafIndex index, const nlohmann::json& leaf, const std::string& type);
  void end_responses(LeafIndex index, const nlohmann::json& detail, const Intent& intent);
  std::optional<Posting> come_late(LeafIndex index, const nlohmann::json& leaf);
  std::optional<Posting> post(LeafIndex index, const nlohmann::json& leaf);

  const std::string run_;
  LeafIndex next_ = 0;
  std::map<LeafIndex, Intent> open_;      // no outcome so far
  std::map<LeafIndex, Intent> possible_;  // a signature may still come late
  std::map<std::string, KeyAccount> accounts_;
  std::vector<std::string> differences_;
  std::uint64_t found_ = 0;
};

}  // namespace inkan::policy
