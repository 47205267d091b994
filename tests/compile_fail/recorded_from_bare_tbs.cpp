// Recorded takes Approved bytes only, even from the ledger itself.
// expect: no matching function for call|no matching constructor
#include <utility>

#include "policy/approval.h"
#include "policy/canary.h"

using inkan::policy::Approved;
using inkan::policy::Canary;
using inkan::policy::LeafIndex;
using inkan::policy::Recorded;
using inkan::policy::RecordingKey;

Recorded<Canary> record(const RecordingKey& key, Approved<Canary>&& approved, Canary tbs) {
#ifdef MISUSE
  return Recorded<Canary>(key, std::move(tbs), LeafIndex{0});
#else
  static_cast<void>(tbs);
  return Recorded<Canary>(key, std::move(approved), LeafIndex{0});
#endif
}
