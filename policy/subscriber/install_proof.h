// The proof that a certificate was installed beside its key (rule A23): a signature of that key over the
// enrolment's nonce and the certificate's hash.
#pragma once

#include <string>

#include "policy/types/digest.h"
#include "policy/x509/public_key.h"

namespace inkan::policy {

// What is to be signed: "INKAN INSTALLED v1", the nonce and the certificate's SHA-256, both in lower-case
// hexadecimal digits, each with a line feed behind it.
std::string install_message(BytesView nonce, const Fingerprint& certificate);

// By ECDSA with the SHA-2 of the curve's size (P-256: SHA-256), RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519.
// Of ECDSA both forms are taken: as WebCrypto makes it (r and s of the curve's length, one behind the other),
// and as X.509 has it (DER).
bool is_install_proof(const PublicKey& key, std::string_view message, BytesView signature);

}  // namespace inkan::policy
