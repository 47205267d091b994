// Sixteen octets become a key's name only by saying so.
// expect: invalid initialization of reference of type|no known conversion|could not bind
#include "policy/types/key_id.h"

void use_key(const inkan::policy::KeyId& key);

void misname(const std::array<std::uint8_t, 16>& octets) {
#ifdef MISUSE
  use_key(octets);
#else
  use_key(inkan::policy::KeyId(octets));
#endif
}
