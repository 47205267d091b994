// Deriving from RecordingKey does not open it.
// expect: RecordingKey\(\)'? is private|base class .* has private default constructor|implicitly deleted
#include <utility>

#include "policy/approval.h"
#include "policy/canary.h"

using inkan::policy::Approved;
using inkan::policy::Canary;
using inkan::policy::LeafIndex;
using inkan::policy::Recorded;
using inkan::policy::RecordingKey;

struct Witness : RecordingKey {};

void use(const Witness*);
void record(const Witness* nobody) {
#ifdef MISUSE
  const Witness forged;
  use(&forged);
#else
  use(nobody);
#endif
}
