// The books of a period, from its leaves alone: what each key was asked to sign and how that ended, and which
// certificates, CRLs, profiles and configurations belong to it. Whoever makes a pack and whoever judges it
// run the same arithmetic over the same leaves.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "policy/log/leaf_reader.h"
#include "policy/log/story/faults.h"
#include "policy/types/digest.h"
#include "policy/types/key_id.h"

namespace inkan::policy {

// Of one key, in signatures (a batch of OCSP responses is one intent for many): carried_in + intents =
// certificates + crls + ocsp + canaries + requests + evidence + failed + possible + carried_out. Checkpoints
// are apart: their intents are no leaves.
struct PeriodAccount {
  std::string purpose;                        // from the key's birth; empty: it is not here
  std::uint64_t carried_in = 0, intents = 0;  // begun before, and ended in the period; begun in it
  std::uint64_t certificates = 0, crls = 0, ocsp = 0, canaries = 0, requests = 0, evidence = 0;
  std::uint64_t failed = 0, possible = 0, carried_out = 0;
  std::uint64_t late = 0;     // signatures that came after their intent had ended as possibly signed
  std::uint64_t retries = 0;  // C_Sign calls beyond an intent's first
};

// What must be in the pack because of a leaf.
struct PeriodObject {
  std::string file;  // "certificates/<serial>.der", "late/<serial>.der", "crls/<authority>-<number>.crl",
                     // "votes/<leaf>.p7s"
  Sha256 sha256;
  std::optional<Sha256> tbs_sha256{};  // what the intent said would be signed; nothing if that is not here
  bool is_vote = false;                // an officer's: a CMS signature, and no certificate or CRL
};

class PeriodBooks {
 public:
  explicit PeriodBooks(Faults& faults) : faults_(faults) {}

  // Leaves from before the period, then its own, each in their order.
  void add_before(LeafIndex index, const LeafReader& leaf);
  std::optional<PeriodObject> add(LeafIndex index, const LeafReader& leaf);
  // An intent before the period that this leaf of it tells of.
  static std::optional<LeafIndex> told_of(const LeafReader& leaf);

  std::map<KeyId, PeriodAccount> accounts() const;  // with what is open carried out
  std::string reconcile_json() const;
  const std::set<Sha256>& profiles() const { return profiles_; }  // that certificates were issued under
  const std::set<Sha256>& configs() const {
    return configs_;
  }  // the configuration and the policy pack that were in force
  // The SHA-256 of the SubjectPublicKeyInfo of each evidence key born by then.
  const std::set<SpkiHash>& evidence_keys() const { return evidence_keys_; }
  // The key that this identity was made a security officer with; nothing if the pack tells of no such grant.
  std::optional<SpkiHash> officer_key(std::string_view identity) const;

 private:
  struct Intent {
    KeyId key;
    std::string purpose, serial;
    std::optional<Sha256> tbs_sha256;
    std::uint64_t count = 1;  // signatures it is for
    bool carried_in = false, ended = false;
  };

  void birth(const LeafReader& leaf);
  void grant(const LeafReader& leaf);
  void revoke(const LeafReader& leaf);
  void configuration(const LeafReader& leaf, bool before);
  void intent(LeafIndex index, const LeafReader& leaf, bool before);
  Intent* intent_of(LeafIndex index, const LeafReader& leaf);
  std::optional<PeriodObject> end(LeafIndex index, const LeafReader& leaf, std::string_view purpose,
                                  std::uint64_t PeriodAccount::*count);
  void end_responses(LeafIndex index, const LeafReader& leaf, const Intent& intent);
  std::optional<PeriodObject> come_late(LeafIndex index, const LeafReader& leaf);
  std::optional<PeriodObject> vote(LeafIndex index, const LeafReader& leaf);
  std::optional<PeriodObject> object_of(LeafIndex index, const LeafReader& leaf, const Intent& intent,
                                        std::string file);

  Faults& faults_;
  std::map<KeyId, PeriodAccount> accounts_;
  std::map<LeafIndex, Intent> open_;  // and those that ended as possibly signed: a signature may still come
  std::set<Sha256> profiles_, configs_;
  std::set<SpkiHash> evidence_keys_;
  std::map<std::string, SpkiHash, std::less<>> officers_;
  std::map<std::string, Sha256> configs_before_;  // in force when the period begins: "file" and "pack"
};

}  // namespace inkan::policy
