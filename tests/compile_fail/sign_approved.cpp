// Approved is not enough for a CA key: the intent must be durable first.
// expect: no matching (member )?function for call to '.*sign
#include "pkcs11/ca_signer.h"

using inkan::pkcs11::CaSigner;
using inkan::pkcs11::Deadline;
using inkan::pkcs11::SignOutcome;
using inkan::policy::Approved;
using inkan::policy::Recorded;
using inkan::policy::TbsCertificate;

SignOutcome sign(CaSigner& signer, Approved<TbsCertificate>&& approved, Recorded<TbsCertificate>&& recorded,
                 Deadline deadline) {
#ifdef MISUSE
  static_cast<void>(recorded);
  return signer.sign(std::move(approved), deadline);
#else
  static_cast<void>(approved);
  return signer.sign(std::move(recorded), deadline);
#endif
}
