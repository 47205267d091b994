// One decision, one intent: Approved is not copied.
// expect: use of deleted function|uses deleted function|call to deleted constructor
#include <utility>

#include "policy/approval.h"
#include "policy/canary.h"

using inkan::policy::Approved;
using inkan::policy::Canary;
using inkan::policy::LeafIndex;
using inkan::policy::Recorded;
using inkan::policy::RecordingKey;

Approved<Canary> twice(Approved<Canary>&& approved) {
#ifdef MISUSE
  return Approved<Canary>(approved);
#else
  return Approved<Canary>(std::move(approved));
#endif
}
