// Signing in the provider, as TLS asks for it: ECDSA, RSA PKCS#1 v1.5 and RSA-PSS over SHA-2. The digest is
// made here, the signature in the token.
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <string>

#include "pkcs11/provider_tables.h"
#include "policy/types/error.h"

namespace inkan::pkcs11::provider {
namespace {

using policy::Bytes;
using policy::BytesView;
using policy::Error;
using policy::ErrorCode;
using policy::HashAlgorithm;

struct Hash {
  HashAlgorithm algorithm;
  const EVP_MD* (*md)();
  std::size_t size;
};
constexpr std::array k_hashes{Hash{HashAlgorithm::sha256, EVP_sha256, 32},
                              Hash{HashAlgorithm::sha384, EVP_sha384, 48},
                              Hash{HashAlgorithm::sha512, EVP_sha512, 64}};

const Hash& hash_named(const char* name) {
  for (const auto& hash : k_hashes)
    if (EVP_MD_is_a(hash.md(), name) == 1) return hash;
  throw Error(ErrorCode::internal, std::string("digest ") + name + " is not used with token keys");
}

// One signature in the making.
struct Signing {
  TlsKeyRef key;
  const Hash* hash = nullptr;
  const Hash* mask_hash = nullptr;  // null: as hash
  RsaPadding padding = RsaPadding::pkcs1;
  int salt_size = RSA_PSS_SALTLEN_DIGEST;
  policy::EvpMdCtxPtr digest;
};

Signing& signing(void* context) {
  return *static_cast<Signing*>(context);
}

void* sign_new(void*, const char*) {
  return guarded([]() -> void* { return std::make_unique<Signing>().release(); });
}

void sign_free(void* context) {
  std::unique_ptr<Signing>(static_cast<Signing*>(context)).reset();
}

// EVP_DigestSignFinal finishes a duplicate, so that the caller may go on with the original.
void* sign_dup(void* context) {
  return guarded([&]() -> void* {
    const Signing& from = signing(context);
    auto copy = std::make_unique<Signing>();
    copy->key = from.key;
    copy->hash = from.hash;
    copy->mask_hash = from.mask_hash;
    copy->padding = from.padding;
    copy->salt_size = from.salt_size;
    if (from.digest) {
      copy->digest.reset(EVP_MD_CTX_new());
      if (!copy->digest || EVP_MD_CTX_copy_ex(copy->digest.get(), from.digest.get()) != 1) return nullptr;
    }
    return copy.release();
  });
}

// OpenSSL gives a padding as its number or its name, a salt length likewise.
RsaPadding padding_of(const OSSL_PARAM& parameter) {
  int number = 0;
  if (parameter.data_type == OSSL_PARAM_UTF8_STRING) {
    const std::string text(static_cast<const char*>(parameter.data), parameter.data_size);
    number = text == OSSL_PKEY_RSA_PAD_MODE_PSS       ? RSA_PKCS1_PSS_PADDING
             : text == OSSL_PKEY_RSA_PAD_MODE_PKCSV15 ? RSA_PKCS1_PADDING
                                                      : 0;
  } else if (OSSL_PARAM_get_int(&parameter, &number) != 1) {
    number = 0;
  }
  if (number == RSA_PKCS1_PSS_PADDING) return RsaPadding::pss;
  if (number == RSA_PKCS1_PADDING) return RsaPadding::pkcs1;
  throw Error(ErrorCode::internal, "only PKCS#1 v1.5 and PSS padding are made with token keys");
}

int salt_size_of(const OSSL_PARAM& parameter) {
  int number = 0;
  if (parameter.data_type != OSSL_PARAM_UTF8_STRING) {
    if (OSSL_PARAM_get_int(&parameter, &number) == 1) return number;
    throw Error(ErrorCode::internal, "a PSS salt length is not a number");
  }
  const std::string text(static_cast<const char*>(parameter.data), parameter.data_size);
  if (text == OSSL_PKEY_RSA_PSS_SALT_LEN_DIGEST) return RSA_PSS_SALTLEN_DIGEST;
  if (text == OSSL_PKEY_RSA_PSS_SALT_LEN_MAX) return RSA_PSS_SALTLEN_MAX;
  if (text == OSSL_PKEY_RSA_PSS_SALT_LEN_AUTO) return RSA_PSS_SALTLEN_AUTO;
  return std::stoi(text);
}

int set_params(void* context, const OSSL_PARAM parameters[]) {
  if (parameters == nullptr) return 1;
  return guarded([&] {
    Signing& s = signing(context);
    if (const auto* p = OSSL_PARAM_locate_const(parameters, OSSL_SIGNATURE_PARAM_DIGEST))
      s.hash = &hash_named(static_cast<const char*>(p->data));
    if (const auto* p = OSSL_PARAM_locate_const(parameters, OSSL_SIGNATURE_PARAM_MGF1_DIGEST))
      s.mask_hash = &hash_named(static_cast<const char*>(p->data));
    if (const auto* p = OSSL_PARAM_locate_const(parameters, OSSL_SIGNATURE_PARAM_PAD_MODE))
      s.padding = padding_of(*p);
    if (const auto* p = OSSL_PARAM_locate_const(parameters, OSSL_SIGNATURE_PARAM_PSS_SALTLEN))
      s.salt_size = salt_size_of(*p);
    return 1;
  });
}

const OSSL_PARAM* settable_params(void*, void*) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, nullptr, 0),
                                     OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, nullptr, 0),
                                     OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, nullptr, 0),
                                     OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_MGF1_DIGEST, nullptr, 0),
                                     OSSL_PARAM_END};
  return types;
}

int get_params(void* context, OSSL_PARAM parameters[]) {
  return guarded([&] {
    const Signing& s = signing(context);
    OSSL_PARAM* const digest = OSSL_PARAM_locate(parameters, OSSL_SIGNATURE_PARAM_DIGEST);
    if (digest == nullptr || s.hash == nullptr) return 1;
    return OSSL_PARAM_set_utf8_string(digest, EVP_MD_get0_name(s.hash->md()));
  });
}

const OSSL_PARAM* gettable_params(void*) {
  static const OSSL_PARAM types[] = {OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, nullptr, 0),
                                     OSSL_PARAM_END};
  return types;
}

std::size_t salt_octets(const Signing& s) {
  if (s.salt_size == RSA_PSS_SALTLEN_DIGEST) return s.hash->size;
  // RFC 8017 §9.1.1: emLen - hLen - 2 at most, with emBits = modBits - 1.
  const std::size_t longest = static_cast<std::size_t>((s.key->bits() - 1 + 7) / 8) - s.hash->size - 2;
  if (s.salt_size < 0) return longest;
  return std::min(longest, static_cast<std::size_t>(s.salt_size));
}

SignInput input_of(const Signing& s, BytesView digest) {
  if (!s.key->is_rsa()) return ecdsa_input(s.key->bits(), digest);
  if (s.hash == nullptr || s.hash->size != digest.size())
    throw Error(ErrorCode::internal, "the digest's size is not that of its algorithm");
  if (s.padding == RsaPadding::pkcs1) return rsa_pkcs1_input(s.hash->algorithm, digest);
  const Hash& mask = s.mask_hash ? *s.mask_hash : *s.hash;
  return rsa_pss_input(s.hash->algorithm, mask.algorithm, salt_octets(s), digest);
}

int write_signature(const Signing& s, BytesView digest, unsigned char* out, std::size_t* size,
                    std::size_t room) {
  const Bytes signature = s.key->sign(input_of(s, digest));
  if (signature.size() > room) throw Error(ErrorCode::internal, "no room for the signature");
  std::copy(signature.begin(), signature.end(), out);
  *size = signature.size();
  return 1;
}

int tell_size(const Signing& s, std::size_t* size) {
  *size = static_cast<std::size_t>(EVP_PKEY_get_size(s.key->public_key()));
  return 1;
}

int sign_init(void* context, void* key, const OSSL_PARAM parameters[]) {
  return guarded([&] {
    if (key != nullptr) signing(context).key = static_cast<const KeyObject*>(key)->key;
    return set_params(context, parameters);
  });
}

int sign(void* context, unsigned char* out, std::size_t* size, std::size_t room, const unsigned char* digest,
         std::size_t digest_size) {
  return guarded([&] {
    const Signing& s = signing(context);
    return out == nullptr ? tell_size(s, size)
                          : write_signature(s, BytesView(digest, digest_size), out, size, room);
  });
}

int digest_sign_init(void* context, const char* digest, void* key, const OSSL_PARAM parameters[]) {
  return guarded([&] {
    Signing& s = signing(context);
    if (key != nullptr) s.key = static_cast<const KeyObject*>(key)->key;
    if (digest != nullptr && *digest != '\0') s.hash = &hash_named(digest);
    if (set_params(context, parameters) != 1) return 0;
    if (s.hash == nullptr) s.hash = &k_hashes.front();
    s.digest.reset(EVP_MD_CTX_new());
    return s.digest ? EVP_DigestInit_ex(s.digest.get(), s.hash->md(), nullptr) : 0;
  });
}

int digest_sign_update(void* context, const unsigned char* data, std::size_t size) {
  return EVP_DigestUpdate(signing(context).digest.get(), data, size);
}

int digest_sign_final(void* context, unsigned char* out, std::size_t* size, std::size_t room) {
  return guarded([&] {
    const Signing& s = signing(context);
    if (out == nullptr) return tell_size(s, size);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int digest_size = 0;
    if (EVP_DigestFinal_ex(s.digest.get(), digest.data(), &digest_size) != 1) return 0;
    return write_signature(s, BytesView(digest.data(), digest_size), out, size, room);
  });
}

}  // namespace

const OSSL_DISPATCH k_signature[] = {entry(OSSL_FUNC_SIGNATURE_NEWCTX, sign_new),
                                     entry(OSSL_FUNC_SIGNATURE_FREECTX, sign_free),
                                     entry(OSSL_FUNC_SIGNATURE_DUPCTX, sign_dup),
                                     entry(OSSL_FUNC_SIGNATURE_SIGN_INIT, sign_init),
                                     entry(OSSL_FUNC_SIGNATURE_SIGN, sign),
                                     entry(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT, digest_sign_init),
                                     entry(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_UPDATE, digest_sign_update),
                                     entry(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_FINAL, digest_sign_final),
                                     entry(OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS, set_params),
                                     entry(OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS, settable_params),
                                     entry(OSSL_FUNC_SIGNATURE_GET_CTX_PARAMS, get_params),
                                     entry(OSSL_FUNC_SIGNATURE_GETTABLE_CTX_PARAMS, gettable_params),
                                     {0, nullptr}};

}  // namespace inkan::pkcs11::provider
