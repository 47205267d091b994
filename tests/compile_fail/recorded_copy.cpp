// One intent, one signature: Recorded is not copied.
// expect: use of deleted function|uses deleted function|call to deleted constructor
#include <utility>

#include "policy/approval.h"
#include "policy/canary.h"

using inkan::policy::Approved;
using inkan::policy::Canary;
using inkan::policy::LeafIndex;
using inkan::policy::Recorded;
using inkan::policy::RecordingKey;

Recorded<Canary> twice(Recorded<Canary>&& recorded) {
#ifdef MISUSE
  return Recorded<Canary>(recorded);
#else
  return Recorded<Canary>(std::move(recorded));
#endif
}
