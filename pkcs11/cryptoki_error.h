// CK_RV as names, and what each demands of us. PKCS#11 v2.40 §5.1.
#pragma once

#include <p11-kit/pkcs11.h>

#include <string>

namespace inkan::pkcs11 {

std::string rv_name(CK_RV rv);  // "CKR_DEVICE_ERROR", or "CKR 0x80000001" for a vendor's

// Session, login or module may be dead: worth the recovery ladder. Anything else is an answer, and final.
bool is_suspect(CK_RV rv);

// The PIN was judged and refused. Trying again could lock the token.
bool pin_refused(CK_RV rv);

// From C_Sign: by its definition no signature was made. Everything not listed leaves it open.
bool certainly_not_signed(CK_RV rv);

}  // namespace inkan::pkcs11
