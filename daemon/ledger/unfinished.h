// Sees to it that every recorded intent gets its outcome: at once where the store can write, else as soon as
// it can. What is lost with the process is found again as a dangling intent at start-up.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <variant>

#include "daemon/ledger/intent_ledger.h"

namespace inkan::daemon {

class Unfinished {
 public:
  explicit Unfinished(IntentLedger& ledger) : ledger_(ledger) {}

  // Signs a recorded value. A call that brings no signature has its intent closed and ends in
  // Error{unavailable}
  // "<what>: <why>"; so has one that throws (a key that answered wrongly): its intent is closed as possibly
  // signed.
  template <class Signer, class Tbs>
  pkcs11::Signed sign(Signer& signer, policy::Recorded<Tbs>&& recorded, pkcs11::Deadline deadline,
                      const policy::Identity& actor, const std::string& what) {
    const policy::LeafIndex intent = recorded.intent();
    pkcs11::SignOutcome outcome;
    try {
      outcome = signer.sign(std::move(recorded), deadline);
    } catch (const std::exception& error) {
      close(intent, actor, pkcs11::PossiblySigned{error.what(), 0, 1});
      throw;
    }
    if (auto* done = std::get_if<pkcs11::Signed>(&outcome)) return std::move(*done);
    give_up(intent, actor, outcome, what);
  }

  // Runs `write`, which completes `intent`. Should it fail, what was signed is never released: the intent is
  // closed as possibly signed, and what `write` threw goes on.
  template <class Write>
  auto complete(policy::LeafIndex intent, const policy::Identity& actor, Write&& write) {
    try {
      return write();
    } catch (const std::exception& error) {
      close(intent, actor,
            pkcs11::PossiblySigned{std::string("signed, but the store failed: ") + error.what(), 0, 1});
      throw;
    }
  }

  // How a batch of OCSP responses ended: now, or as soon as the store can write.
  void close(policy::LeafIndex intent, OcspTally tally);

  // A signature that came after its intent was closed as possibly signed.
  void add_late(policy::LeafIndex intent, pkcs11::Signed late);

  void settle();  // one try at each that waits; throws what the first failure threw, and keeps what is left
  std::size_t size() const;

 private:
  using Outcome = std::variant<pkcs11::NotSigned, pkcs11::PossiblySigned, pkcs11::Signed, OcspTally>;
  struct Entry {
    policy::LeafIndex intent;
    policy::Identity actor;
    Outcome outcome;
  };

  [[noreturn]] void give_up(policy::LeafIndex intent, const policy::Identity& actor,
                            const pkcs11::SignOutcome& outcome, const std::string& what);
  void close(policy::LeafIndex intent, const policy::Identity& actor, Outcome outcome);
  void write(const Entry& entry);
  void keep(Entry entry);

  IntentLedger& ledger_;
  mutable std::mutex mutex_;  // guards entries_
  std::deque<Entry> entries_;
};

}  // namespace inkan::daemon
