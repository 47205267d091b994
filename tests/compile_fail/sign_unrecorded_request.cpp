// A request for a CA certificate is signed like everything else: after its intent is durable.
// expect: no matching (member )?function for call to '.*sign
#include "pkcs11/ca_signer.h"

using inkan::pkcs11::CaSigner;
using inkan::pkcs11::Deadline;
using inkan::pkcs11::SignOutcome;
using inkan::policy::Recorded;
using inkan::policy::TbsCertificationRequest;

SignOutcome sign(CaSigner& signer, TbsCertificationRequest request,
                 Recorded<TbsCertificationRequest>&& recorded, Deadline deadline) {
#ifdef MISUSE
  static_cast<void>(recorded);
  return signer.sign(std::move(request), deadline);
#else
  static_cast<void>(request);
  return signer.sign(std::move(recorded), deadline);
#endif
}
