// Finding objects and reading attributes, by one session. Handles belong to the login epoch they were found
// in.
#pragma once

#include <optional>
#include <vector>

#include "pkcs11/session.h"
#include "policy/types/key_id.h"

namespace inkan::pkcs11 {

struct FoundObjects {
  CK_RV rv = CKR_OK;
  std::vector<CK_OBJECT_HANDLE> handles;
};
// Of one CKA_ID, or of any; not many more than `enough`, which by default is enough to see that an id is not
// unique.
FoundObjects find_objects(Session& session, CK_OBJECT_CLASS object_class, std::optional<policy::BytesView> id,
                          std::size_t enough = 2);

struct ReadAttribute {
  CK_RV rv = CKR_OK;  // CKR_ATTRIBUTE_TYPE_INVALID where the object has none
  policy::Bytes value;
};
ReadAttribute read_attribute(Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
// Nothing unless the attribute is there and has the size of a CK_ULONG (or of a CK_BBOOL).
std::optional<CK_ULONG> as_ulong(const ReadAttribute& attribute);
std::optional<bool> as_bool(const ReadAttribute& attribute);

// SubjectPublicKeyInfo of a public key object, from CKA_EC_PARAMS and CKA_EC_POINT or CKA_MODULUS and
// CKA_PUBLIC_EXPONENT. Never from CKA_PUBLIC_KEY_INFO: SoftHSM and others answer CKR_OK and no octets. The rv
// is CKR_KEY_TYPE_INCONSISTENT for a key this project does not know.
ReadAttribute derive_spki(Session& session, CK_OBJECT_HANDLE public_key);

}  // namespace inkan::pkcs11
