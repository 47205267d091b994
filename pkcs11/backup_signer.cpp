#include "pkcs11/backup_signer.h"

#include "pkcs11/key_signer.h"

namespace inkan::pkcs11 {

using policy::KeyPurpose;

BackupSigner::BackupSigner(std::shared_ptr<Token> backup, KeyRecord record)
    : signer_(new KeySigner(std::move(backup), std::move(record),
                            {KeyPurpose::ca, KeyPurpose::crl, KeyPurpose::ocsp, KeyPurpose::ledger,
                             KeyPurpose::evidence, KeyPurpose::tls, KeyPurpose::probe})) {}

BackupSigner::~BackupSigner() = default;

SignOutcome BackupSigner::sign(policy::Recorded<policy::BackupProof>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::bare, deadline, true);
}

}  // namespace inkan::pkcs11
