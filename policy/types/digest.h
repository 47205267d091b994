// SHA-256 and the digests that name things. Each kind is its own type.
#pragma once

#include <initializer_list>

#include "policy/types/bytes.h"

namespace inkan::policy {

using Sha256 = Octets<struct Sha256Tag, 32>;            // of anything else
using Fingerprint = Octets<struct FingerprintTag, 32>;  // SHA-256 of a certificate's DER
using SpkiHash = Octets<struct SpkiHashTag, 32>;        // SHA-256 of a SubjectPublicKeyInfo's DER

Sha256 sha256(BytesView bytes);
Sha256 sha256(std::initializer_list<BytesView> parts);  // of the parts one after the other
Fingerprint fingerprint_of(BytesView certificate_der);
SpkiHash spki_hash_of(BytesView spki_der);

}  // namespace inkan::policy
