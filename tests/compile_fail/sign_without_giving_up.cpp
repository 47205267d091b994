// Signing consumes the record: it is handed over, not lent.
// expect: no matching (member )?function for call to '.*sign|cannot bind rvalue reference
#include "pkcs11/ca_signer.h"

using inkan::pkcs11::CaSigner;
using inkan::pkcs11::Deadline;
using inkan::pkcs11::SignOutcome;
using inkan::policy::Approved;
using inkan::policy::Recorded;
using inkan::policy::TbsCertificate;

SignOutcome sign(CaSigner& signer, Recorded<TbsCertificate>&& recorded, Deadline deadline) {
#ifdef MISUSE
  return signer.sign(recorded, deadline);
#else
  return signer.sign(std::move(recorded), deadline);
#endif
}
