// A RecordingKey cannot be kept for later.
// expect: deleted (function|constructor)
#include <utility>

#include "policy/approval.h"
#include "policy/canary.h"

using inkan::policy::Approved;
using inkan::policy::Canary;
using inkan::policy::LeafIndex;
using inkan::policy::Recorded;
using inkan::policy::RecordingKey;

const RecordingKey& keep(const RecordingKey& key) {
#ifdef MISUSE
  static const RecordingKey kept = key;
  return kept;
#else
  return key;
#endif
}
