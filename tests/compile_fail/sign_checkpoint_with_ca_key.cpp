// A CA key signs certificates and CRLs; the log's head has a key of its own.
// expect: no matching (member )?function for call to '.*sign
#include "pkcs11/ca_signer.h"

using inkan::pkcs11::CaSigner;
using inkan::pkcs11::Deadline;
using inkan::pkcs11::SignOutcome;
using inkan::policy::Approved;
using inkan::policy::Recorded;
using inkan::policy::TbsCertificate;

#include "policy/log/checkpoint.h"
using inkan::policy::CheckpointBody;

SignOutcome sign(CaSigner& signer, Recorded<CheckpointBody>&& checkpoint, Recorded<TbsCertificate>&& recorded,
                 Deadline deadline) {
#ifdef MISUSE
  static_cast<void>(recorded);
  return signer.sign(std::move(checkpoint), deadline);
#else
  static_cast<void>(checkpoint);
  return signer.sign(std::move(recorded), deadline);
#endif
}
