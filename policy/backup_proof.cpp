#include "policy/backup_proof.h"

namespace inkan::policy {

BackupProof::BackupProof(const KeyId& key, SignatureAlgorithm algorithm, const Nonce& nonce)
    : key_(key),
      algorithm_(algorithm),
      message_(to_bytes(as_bytes("INKAN BACKUP PROOF v1 " + key.hex() + " " + to_hex(nonce)))) {}

}  // namespace inkan::policy
