// Nobody but the intent ledger has a RecordingKey.
// expect: RecordingKey\(\)'? is private|calling a private constructor
#include <utility>

#include "policy/approval.h"
#include "policy/canary.h"

using inkan::policy::Approved;
using inkan::policy::Canary;
using inkan::policy::LeafIndex;
using inkan::policy::Recorded;
using inkan::policy::RecordingKey;

Recorded<Canary> record(const RecordingKey& key, Approved<Canary>&& approved) {
#ifdef MISUSE
  return {RecordingKey(), std::move(approved), LeafIndex{0}};
#else
  return {key, std::move(approved), LeafIndex{0}};
#endif
}
