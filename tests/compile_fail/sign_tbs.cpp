// A CA key signs no TBS that nobody approved.
// expect: no matching (member )?function for call to '.*sign
#include "pkcs11/ca_signer.h"

using inkan::pkcs11::CaSigner;
using inkan::pkcs11::Deadline;
using inkan::pkcs11::SignOutcome;
using inkan::policy::Approved;
using inkan::policy::Recorded;
using inkan::policy::TbsCertificate;

SignOutcome sign(CaSigner& signer, TbsCertificate&& tbs, Recorded<TbsCertificate>&& recorded,
                 Deadline deadline) {
#ifdef MISUSE
  static_cast<void>(recorded);
  return signer.sign(std::move(tbs), deadline);
#else
  static_cast<void>(tbs);
  return signer.sign(std::move(recorded), deadline);
#endif
}
