// Intents and their outcomes: each intent has one outcome, no outcome is without an intent, and what may have
// been signed is revoked.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "policy/log/story/catalogue.h"
#include "policy/log/story/given_objects.h"
#include "policy/log/story/keys.h"
#include "policy/log/story/serial_set.h"

namespace inkan::policy {

class Signings {
 public:
  Signings(Faults& faults, Keys& keys, GivenObjects& given) : faults_(faults), keys_(keys), given_(given) {}

  struct Intent {
    std::string purpose{}, serial{}, policy{};  // the last is the profile's SHA-256
    std::string authority{};                    // of a CRL
    std::uint64_t number = 0;                   // of a CRL
    std::uint64_t shard = 0;                    // of a CRL; 0: the full one
    std::uint64_t count = 1;                    // signatures it is for
    Sha256 tbs_sha256;
    KeyStory* key = nullptr;
    std::uint64_t run = 0;
  };
  struct Counts {
    std::uint64_t certificates = 0, crls = 0, canaries = 0, requests = 0, evidence = 0, ocsp = 0, failed = 0,
                  possible = 0, late = 0, revocations = 0;
  };

  void append(LeafIndex index, const LeafReader& leaf, const KnownType* type, std::uint64_t run);
  void finish();

  const Counts& counts() const { return counts_; }
  // Without an outcome: at the log's end that is a signature in the making, or one that a restart must close.
  const std::map<LeafIndex, std::string>& open() const { return open_at_end_; }
  // By authority: the number of its newest CRL.
  const std::map<std::string, std::uint64_t, std::less<>>& crl_numbers() const { return issued_numbers_; }

 private:
  struct Possible {
    std::string serial;  // empty: not a certificate
    KeyStory* key = nullptr;
    Sha256 tbs_sha256;
    bool late = false;
  };

  void intent(LeafIndex index, const LeafReader& leaf, std::uint64_t run);
  void intent_of_certificate(LeafIndex index, const LeafReader& leaf, Intent& intent);
  void intent_of_crl(LeafIndex index, const LeafReader& leaf, Intent& intent);
  void nothing_left_open(LeafIndex index, std::uint64_t run);
  // The open intent that an outcome names, closed; nothing, and a fault, if there is none, or not of
  // that purpose.
  std::optional<Intent> close(LeafIndex index, const LeafReader& leaf, std::string_view purpose);
  void certificate(LeafIndex index, const LeafReader& leaf);
  void authority(LeafIndex index, const LeafReader& leaf);
  void requested(LeafIndex index, const LeafReader& leaf);
  void imported(LeafIndex index, const LeafReader& leaf);
  void crl(LeafIndex index, const LeafReader& leaf);
  void responses(LeafIndex index, const LeafReader& leaf);
  void ceremony(LeafIndex index, const LeafReader& leaf);
  // The outcome of a signature that nobody but its leaf tells of.
  void bare(LeafIndex index, const LeafReader& leaf, std::string_view purpose, std::uint64_t& count);
  void failed(LeafIndex index, const LeafReader& leaf);
  void possible(LeafIndex index, const LeafReader& leaf);
  void late(LeafIndex index, const LeafReader& leaf);
  void status(LeafIndex index, const LeafReader& leaf, EventType type);
  void other(const LeafReader& leaf);
  void hold_against_given(LeafIndex index, const Sha256& sha256, const Sha256& tbs, const std::string& serial,
                          std::uint64_t number);

  Faults& faults_;
  Keys& keys_;
  GivenObjects& given_;
  Counts counts_;
  std::unordered_map<LeafIndex, Intent> open_;
  std::map<LeafIndex, Possible> possible_;
  std::map<std::string, LeafIndex> unrevoked_;  // serials that may have been signed, their intents
  std::map<LeafIndex, std::string> open_at_end_;
  std::map<std::string, std::uint64_t, std::less<>> intended_numbers_, issued_numbers_;
  std::set<std::pair<std::string, std::uint64_t>> shards_;  // of each authority, that had a CRL
  SerialSet serials_, revoked_;                             // given out; revoked, and not on hold only
  std::set<std::string> held_;  // on hold, and neither released nor revoked so far
  std::uint64_t signing_run_ = 0;
  std::set<std::string> awaited_;  // SHA-256 of keys for which a CA outside was asked for a certificate
  // The SHA-256 of the last one of each ceremony, "" for all outside any: callers are served meanwhile.
  std::map<std::string, std::string> last_certificates_;
};

}  // namespace inkan::policy
