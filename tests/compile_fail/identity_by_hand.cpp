// Who asks is said by api/authentication, not by a constructor.
// expect: is private within this context|calling a private constructor
#include "policy/types/identity.h"

inkan::policy::Identity job() {
#ifdef MISUSE
  return inkan::policy::Identity("officer-1", inkan::policy::Role::security_officer, std::nullopt, "");
#else
  return inkan::policy::Identity::system_job("crl-publisher");
#endif
}
