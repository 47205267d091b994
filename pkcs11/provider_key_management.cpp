// Key management of the provider: a key enters by reference and shows its public half; nothing private can
// leave.
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstring>

#include "pkcs11/provider_tables.h"

namespace inkan::pkcs11::provider {
namespace {

KeyObject& key_object(void* object) {
  return *static_cast<KeyObject*>(object);
}
const KeyObject& key_object(const void* object) {
  return *static_cast<const KeyObject*>(object);
}

void* key_new(void*) {
  return guarded([]() -> void* { return std::make_unique<KeyObject>().release(); });
}

void key_free(void* object) {
  std::unique_ptr<KeyObject>(static_cast<KeyObject*>(object)).reset();
}

int key_has(const void* object, int) {
  return object != nullptr && key_object(object).key != nullptr;
}

int key_import(void* object, int, const OSSL_PARAM parameters[]) {
  return guarded([&] {
    const OSSL_PARAM* const reference = OSSL_PARAM_locate_const(parameters, k_key_parameter);
    const TlsKeyRef* source = nullptr;
    // The parameter carries the pointer itself.
    constexpr std::size_t k_pointer = sizeof(void*);
    if (reference == nullptr || reference->data_size != k_pointer) return 0;
    std::memcpy(&source, reference->data, k_pointer);
    key_object(object).key = *source;
    return 1;
  });
}

const OSSL_PARAM* key_import_types(int) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_octet_string(k_key_parameter, nullptr, 0), OSSL_PARAM_END};
  return types;
}

struct ParamFree {
  void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
};

int key_export(void* object, int selection, OSSL_CALLBACK* callback, void* argument) {
  return guarded([&] {
    if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0) return 0;
    OSSL_PARAM* exported = nullptr;
    if (EVP_PKEY_todata(key_object(object).key->public_key(), EVP_PKEY_PUBLIC_KEY, &exported) != 1) return 0;
    const std::unique_ptr<OSSL_PARAM, ParamFree> owned(exported);
    return callback(exported, argument);
  });
}

const OSSL_PARAM* ec_export_types(int) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, nullptr, 0),
                                     OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, nullptr, 0),
                                     OSSL_PARAM_END};
  return types;
}

const OSSL_PARAM* rsa_export_types(int) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_N, nullptr, 0),
                                     OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_E, nullptr, 0), OSSL_PARAM_END};
  return types;
}

int key_match(const void* one, const void* other, int) {
  return guarded([&] {
    return EVP_PKEY_eq(key_object(one).key->public_key(), key_object(other).key->public_key()) == 1 ? 1 : 0;
  });
}

int key_get_params(void* object, OSSL_PARAM parameters[]) {
  return guarded([&] { return EVP_PKEY_get_params(key_object(object).key->public_key(), parameters); });
}

const OSSL_PARAM* key_gettable_params(void*) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_int(OSSL_PKEY_PARAM_BITS, nullptr),
                                     OSSL_PARAM_int(OSSL_PKEY_PARAM_SECURITY_BITS, nullptr),
                                     OSSL_PARAM_int(OSSL_PKEY_PARAM_MAX_SIZE, nullptr),
                                     OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, nullptr, 0),
                                     OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_DEFAULT_DIGEST, nullptr, 0),
                                     OSSL_PARAM_END};
  return types;
}

const char* ec_operation(int) {
  return "ECDSA";
}
const char* rsa_operation(int) {
  return "RSA";
}

}  // namespace

#define INKAN_COMMON_ENTRIES                                                                                \
  entry(OSSL_FUNC_KEYMGMT_NEW, key_new), entry(OSSL_FUNC_KEYMGMT_FREE, key_free),                           \
      entry(OSSL_FUNC_KEYMGMT_HAS, key_has), entry(OSSL_FUNC_KEYMGMT_IMPORT, key_import),                   \
      entry(OSSL_FUNC_KEYMGMT_IMPORT_TYPES, key_import_types), entry(OSSL_FUNC_KEYMGMT_EXPORT, key_export), \
      entry(OSSL_FUNC_KEYMGMT_MATCH, key_match), entry(OSSL_FUNC_KEYMGMT_GET_PARAMS, key_get_params),       \
      entry(OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, key_gettable_params)

const OSSL_DISPATCH k_ec_key_management[] = {INKAN_COMMON_ENTRIES,
                                             entry(OSSL_FUNC_KEYMGMT_EXPORT_TYPES, ec_export_types),
                                             entry(OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME, ec_operation),
                                             {0, nullptr}};
const OSSL_DISPATCH k_rsa_key_management[] = {INKAN_COMMON_ENTRIES,
                                              entry(OSSL_FUNC_KEYMGMT_EXPORT_TYPES, rsa_export_types),
                                              entry(OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME, rsa_operation),
                                              {0, nullptr}};
#undef INKAN_COMMON_ENTRIES

}  // namespace inkan::pkcs11::provider
