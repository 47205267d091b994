// A role is an enumerator; its spelling is read by role(), which may refuse.
// expect: cannot convert|cannot initialize|no known conversion|no viable conversion|could not convert
#include "policy/types/identity.h"

std::optional<inkan::policy::Role> read(const char* text) {
#ifdef MISUSE
  const inkan::policy::Role role = text;
  return role;
#else
  return inkan::policy::role(text);
#endif
}
