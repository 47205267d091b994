// A backup's copy of a CA key signs its proof, and no certificate.
// expect: (no viable conversion|could not convert|no known conversion|no matching|cannot convert)
#include "pkcs11/backup_signer.h"
#include "policy/x509/tbs_certificate.h"

using inkan::pkcs11::BackupSigner;
using inkan::pkcs11::Deadline;
using inkan::pkcs11::SignOutcome;
using inkan::policy::BackupProof;
using inkan::policy::Recorded;
using inkan::policy::TbsCertificate;

SignOutcome sign(BackupSigner& signer, Recorded<TbsCertificate>&& certificate, Recorded<BackupProof>&& proof,
                 Deadline deadline) {
#ifdef MISUSE
  static_cast<void>(proof);
  return signer.sign(std::move(certificate), deadline);
#else
  static_cast<void>(certificate);
  return signer.sign(std::move(proof), deadline);
#endif
}
