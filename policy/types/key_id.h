// The name of a token key: its CKA_ID, 16 random octets drawn at birth.
#pragma once

#include "policy/types/bytes.h"

namespace inkan::policy {

using KeyId = Octets<struct KeyIdTag, 16>;

// What a token key may be used for; fixed at birth, one per key.
enum class KeyPurpose { ca, crl, ocsp, ledger, evidence, tls, probe };

std::string_view name(KeyPurpose purpose);
std::optional<KeyPurpose> key_purpose(std::string_view name);

}  // namespace inkan::policy
