#include "pkcs11/openssl_provider.h"

#include <openssl/provider.h>

#include "pkcs11/provider_tables.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr const char* k_ec_names = "EC:id-ecPublicKey:1.2.840.10045.2.1";
constexpr const char* k_rsa_names = "RSA:rsaEncryption:1.2.840.113549.1.1.1";

const OSSL_ALGORITHM* query(void*, int operation, int* no_cache) {
  static const OSSL_ALGORITHM keys[] = {
      {k_ec_names, k_provider_properties, provider::k_ec_key_management, ""},
      {k_rsa_names, k_provider_properties, provider::k_rsa_key_management, ""},
      {nullptr, nullptr, nullptr, nullptr}};
  static const OSSL_ALGORITHM signatures[] = {{"ECDSA", k_provider_properties, provider::k_signature, ""},
                                              {k_rsa_names, k_provider_properties, provider::k_signature, ""},
                                              {nullptr, nullptr, nullptr, nullptr}};
  *no_cache = 0;
  if (operation == OSSL_OP_KEYMGMT) return keys;
  return operation == OSSL_OP_SIGNATURE ? signatures : nullptr;
}

int start(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** out, void** context) {
  static const OSSL_DISPATCH table[] = {provider::entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query),
                                        {0, nullptr}};
  static int nothing = 0;  // OpenSSL takes a null context for a failure
  *out = table;
  *context = &nothing;
  return 1;
}

// Once per process, and for its whole life: keys may outlive whoever asked first.
void load_provider() {
  // Loading any provider switches the automatic loading of "default" off. And it stays the first choice: ours
  // serves what names it, which only the keys made below do.
  static const OSSL_PROVIDER* const standard = OSSL_PROVIDER_load(nullptr, "default");
  static const OSSL_PROVIDER* const ours = OSSL_PROVIDER_add_builtin(nullptr, k_provider_name, start) == 1
                                               ? OSSL_PROVIDER_load(nullptr, k_provider_name)
                                               : nullptr;
  static const bool loaded =
      standard && ours && EVP_set_default_properties(nullptr, "?provider=default") == 1;
  if (!loaded)
    throw Error(ErrorCode::internal,
                "the built-in OpenSSL provider cannot be loaded: " + policy::openssl_errors());
}

}  // namespace

policy::EvpPkeyPtr tls_private_key(std::shared_ptr<Token> token, const KeyRecord& record) {
  const TlsKeyRef key = std::make_shared<const TlsKey>(std::move(token), record);
  load_provider();
  ERR_clear_error();  // OpenSSL leaves noise in the queue (a missing engine)
  const TlsKeyRef* source = &key;
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_octet_string(k_key_parameter, &source, sizeof(const void*)),
                             OSSL_PARAM_construct_end()};
  const policy::EvpPkeyCtxPtr context(
      EVP_PKEY_CTX_new_from_name(nullptr, key->is_rsa() ? "RSA" : "EC", k_provider_properties));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, parameters) != 1)
    throw Error(ErrorCode::internal,
                "key " + record.label + " cannot be given to OpenSSL: " + policy::openssl_errors());
  return policy::EvpPkeyPtr(made);
}

}  // namespace inkan::pkcs11
