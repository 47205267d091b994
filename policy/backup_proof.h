// A message that a backup's copy of a key signs, to prove that it is the key of the record and can be used.
#pragma once

#include "policy/types/key_id.h"
#include "policy/x509/algorithm.h"

namespace inkan::policy {

class BackupProof {
 public:
  static constexpr const char* k_purpose = "backup-proof";
  using Nonce = std::array<std::uint8_t, 16>;

  BackupProof(const KeyId& key, SignatureAlgorithm algorithm, const Nonce& nonce);

  // "INKAN BACKUP PROOF v1 <key id> <nonce>": like the canary's, a text that opens no DER structure, and
  // other than the canary's, so that neither can be taken for the other. Nobody outside has a say in it.
  BytesView to_be_signed() const { return message_; }
  const KeyId& signing_key() const { return key_; }
  SignatureAlgorithm signature_algorithm() const { return algorithm_; }

 private:
  KeyId key_;
  SignatureAlgorithm algorithm_;
  Bytes message_;
};

}  // namespace inkan::policy
