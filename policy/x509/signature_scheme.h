// How a signature from outside was made, read from its AlgorithmIdentifier; knows only what may be verified
// here.
#pragma once

#include "policy/der/reader.h"
#include "policy/types/denial.h"
#include "policy/x509/algorithm.h"

namespace inkan::policy {

enum class ShaTwo { sha224, sha256, sha384, sha512 };  // FIPS 180-4; all that a requester may hash with

enum class SignatureFamily { ecdsa, rsa_pkcs1, rsa_pss, ed25519 };

struct SignatureScheme {
  SignatureFamily family = SignatureFamily::ed25519;
  ShaTwo hash = ShaTwo::sha256;       // unused by Ed25519
  ShaTwo mgf1_hash = ShaTwo::sha256;  // RSASSA-PSS only
  int salt_length = 0;                // RSASSA-PSS only: exact in a signature, the least allowed in a key
};

SignatureScheme scheme_of(SignatureAlgorithm algorithm);

// Denied under "csr.signature-algorithm": MD2, MD5 and SHA-1, unknown algorithms, parameters that do not fit.
// Throws der::Malformed.
OrDenial<SignatureScheme> parse_signature_scheme(BytesView algorithm_identifier_der);
// RSASSA-PSS-params (RFC 4055 §3.1), as they stand in a signature's or a key's AlgorithmIdentifier.
OrDenial<SignatureScheme> parse_pss_parameters(der::Reader& algorithm_identifier);

}  // namespace inkan::policy
