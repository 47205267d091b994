// A certificate's fingerprint and its key's hash are both 32 octets and never each other.
// expect: invalid initialization of reference of type|no known conversion|could not bind
#include "policy/types/digest.h"

void find_identity(const inkan::policy::SpkiHash& key);

void misname(const inkan::policy::Fingerprint& certificate, const inkan::policy::SpkiHash& key) {
#ifdef MISUSE
  find_identity(certificate);
#else
  find_identity(key);
#endif
  static_cast<void>(certificate);
  static_cast<void>(key);
}
