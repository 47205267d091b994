// The dispatch tables of the built-in provider, and what its C functions share. Internal to this folder.
#pragma once

#include <openssl/core_dispatch.h>
#include <openssl/err.h>

#include <exception>
#include <memory>

#include "pkcs11/tls_key.h"

namespace inkan::pkcs11::provider {

// What OpenSSL holds a void* of: one per EVP_PKEY.
struct KeyObject {
  TlsKeyRef key;
};

extern const OSSL_DISPATCH k_ec_key_management[];
extern const OSSL_DISPATCH k_rsa_key_management[];
extern const OSSL_DISPATCH k_signature[];

// OpenSSL's tables hold functions of many types as void(*)(void).
template <class Function>
OSSL_DISPATCH entry(int id, Function* function) {
  return {id, reinterpret_cast<void (*)()>(function)};
}

// No exception may cross into C. Failures become OpenSSL errors, which the TLS layer logs.
template <class Body>
auto guarded(Body&& body) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& failure) {
    ERR_raise_data(ERR_LIB_PROV, ERR_R_INTERNAL_ERROR, "inkan-token: %s", failure.what());
    return {};
  }
}

}  // namespace inkan::pkcs11::provider
