#include "policy/canary.h"

namespace inkan::policy {

Canary::Canary(const KeyId& key, SignatureAlgorithm algorithm, const Nonce& nonce)
    : key_(key),
      algorithm_(algorithm),
      message_(to_bytes(as_bytes("INKAN CANARY v1 " + key.hex() + " " + to_hex(nonce)))) {}

}  // namespace inkan::policy
