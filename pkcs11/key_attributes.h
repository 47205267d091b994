// What a token says of a private key, as text: stored at birth, compared at every start.
#pragma once

#include "pkcs11/objects.h"
#include "pkcs11/token_keys.h"

namespace inkan::pkcs11 {

struct AttributesRead {
  CK_RV rv = CKR_OK;
  KeyAttributes attributes;
};
AttributesRead read_key_attributes(Session& session, CK_OBJECT_HANDLE private_key);

// What no key of ours may lack, whatever else its token does or does not say: empty if sound, else the first
// fault.
std::string unsound(const KeyAttributes& attributes);

// "CKA_EXTRACTABLE was false at birth and is true now"; empty if nothing drifted.
std::string drift(const KeyAttributes& at_birth, const KeyAttributes& now);

}  // namespace inkan::pkcs11
