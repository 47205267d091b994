// A certificate's serial number names no key.
// expect: invalid initialization of reference of type|no known conversion
#include "policy/types/key_id.h"
#include "policy/types/serial.h"

void use_key(const inkan::policy::KeyId& key);

void misname(const inkan::policy::Serial& serial, const inkan::policy::KeyId& key) {
#ifdef MISUSE
  use_key(serial);
#else
  use_key(key);
#endif
  static_cast<void>(serial);
  static_cast<void>(key);
}
