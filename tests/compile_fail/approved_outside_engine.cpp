// Only policy::Engine approves.
// expect: is private within this context|calling a private constructor
#include <utility>

#include "policy/approval.h"
#include "policy/canary.h"

using inkan::policy::Approved;
using inkan::policy::Canary;
using inkan::policy::LeafIndex;
using inkan::policy::Recorded;
using inkan::policy::RecordingKey;

Approved<Canary> approve(Approved<Canary>&& approved, Canary tbs) {
#ifdef MISUSE
  return Approved<Canary>(std::move(tbs));
#else
  static_cast<void>(tbs);
  return std::move(approved);
#endif
}
