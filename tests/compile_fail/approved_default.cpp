// There is no empty approval to fill in later.
// expect: no matching function for call|no matching constructor|could not convert
#include <utility>

#include "policy/approval.h"
#include "policy/canary.h"

using inkan::policy::Approved;
using inkan::policy::Canary;
using inkan::policy::LeafIndex;
using inkan::policy::Recorded;
using inkan::policy::RecordingKey;

Approved<Canary> approve(Approved<Canary>&& approved) {
#ifdef MISUSE
  return Approved<Canary>{};
#else
  return std::move(approved);
#endif
}
