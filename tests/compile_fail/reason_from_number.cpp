// A number off the wire is no CRLReason before it was looked at: 7 and 8 are none of ours.
// expect: cannot convert|cannot initialize|no known conversion|could not convert|no viable conversion
#include "policy/types/revocation_reason.h"

std::optional<inkan::policy::RevocationReason> read(int value) {
#ifdef MISUSE
  return {value};
#else
  return inkan::policy::revocation_reason(value);
#endif
}
