// What is handed to C_Sign for each signature algorithm, and what is made of its answer. Hashing happens
// here, on the host: CKM_ECDSA, CKM_RSA_PKCS, CKM_RSA_PKCS_PSS and CKM_EDDSA are what every token has.
#pragma once

#include <p11-kit/pkcs11.h>

#include <optional>
#include <vector>

#include "policy/x509/algorithm.h"

namespace inkan::pkcs11 {

struct SignInput {
  CK_MECHANISM_TYPE mechanism = CKM_ECDSA;
  std::optional<CK_RSA_PKCS_PSS_PARAMS> pss;
  policy::Bytes data;
};

enum class RsaPadding { pkcs1, pss };

SignInput sign_input(policy::SignatureAlgorithm algorithm, int key_bits, policy::BytesView message);
SignInput ecdsa_input(int key_bits, policy::BytesView digest);
SignInput rsa_pkcs1_input(policy::HashAlgorithm hash, policy::BytesView digest);
SignInput rsa_pss_input(policy::HashAlgorithm hash, policy::HashAlgorithm mask_hash, std::size_t salt_size,
                        policy::BytesView digest);

// The token's octets as X.509 and TLS write them: r || s becomes DER ECDSA-Sig-Value (RFC 3279 §2.2.3).
// Nothing if they are no signature at all.
std::optional<policy::Bytes> encode_signature(CK_MECHANISM_TYPE mechanism, const policy::Bytes& raw);

// The mechanisms a key of that kind and use may be restricted to.
std::vector<CK_MECHANISM_TYPE> allowed_mechanisms(policy::SignatureAlgorithm algorithm, bool for_tls);
CK_MECHANISM_TYPE mechanism_of(policy::SignatureAlgorithm algorithm);

}  // namespace inkan::pkcs11
