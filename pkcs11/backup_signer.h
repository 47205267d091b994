// A key's copy in a backup token, whatever the key is for: it signs its proof and nothing else.
#pragma once

#include <memory>

#include "pkcs11/sign_outcome.h"
#include "pkcs11/token_keys.h"
#include "policy/approval.h"
#include "policy/backup_proof.h"

namespace inkan::pkcs11 {

class KeySigner;

class BackupSigner {
 public:
  // `record`: the key's own, with the backup's name as its token.
  BackupSigner(std::shared_ptr<Token> backup, KeyRecord record);
  ~BackupSigner();

  // Signed only if the signature verified under the record's public half. Otherwise as CaSigner::sign.
  SignOutcome sign(policy::Recorded<policy::BackupProof>&& recorded, Deadline deadline);

 private:
  std::unique_ptr<KeySigner> signer_;
};

}  // namespace inkan::pkcs11
