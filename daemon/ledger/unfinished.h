// Signing calls whose outcome could not be written at once: a late signature, or a store that failed after
// the token had signed. Kept until the ledger has them; what is lost with the process is found again as a
// dangling intent at start-up.
#pragma once

#include <deque>
#include <mutex>
#include <variant>

#include "daemon/ledger/intent_ledger.h"

namespace inkan::daemon {

class Unfinished {
 public:
  explicit Unfinished(IntentLedger& ledger) : ledger_(ledger) {}

  void add_late(policy::LeafIndex intent, pkcs11::Signed late);
  void add_unreleased(policy::LeafIndex intent, std::string why);  // signed, but the store did not take it

  void settle();  // one try at each; throws what the first failure threw, and keeps what is left
  std::size_t size() const;

 private:
  struct Entry {
    policy::LeafIndex intent;
    std::variant<pkcs11::Signed, std::string> what;
  };
  void settle(const Entry& entry);

  IntentLedger& ledger_;
  mutable std::mutex mutex_;  // guards entries_
  std::deque<Entry> entries_;
};

}  // namespace inkan::daemon
