// Recorded values for tests of the signers: an intent ledger that keeps count instead of a log. The product's
// own is in daemon/ledger; tests that link it must not include this.
#pragma once

#include <atomic>

#include "policy/approval.h"

namespace inkan::daemon {

class IntentLedger {
 public:
  template <class Tbs>
  policy::Recorded<Tbs> record(policy::Approved<Tbs>&& approved) {
    return policy::Recorded<Tbs>(policy::RecordingKey(), std::move(approved), next_++);
  }

 private:
  std::atomic<policy::LeafIndex> next_{1};
};

}  // namespace inkan::daemon
