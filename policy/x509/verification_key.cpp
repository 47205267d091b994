// EC_KEY, RSA and their calls are deprecated in OpenSSL 3 in favour of EVP_PKEY_fromdata, which costs 40 us
// for a P-256 point where EC_KEY costs 4.5: more than a third of the whole verification. This file is their
// only user.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "policy/x509/verification_key.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <array>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

struct Digest {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> octets;
  unsigned length = 0;
};

[[noreturn]] void fail(const char* what) {
  throw Error(ErrorCode::internal, std::string(what) + " failed: " + openssl_errors());
}

// Fetched once, for the process's life: OpenSSL 3's one-shot calls look them up at each digest.
const EVP_MD* fetched(ShaTwo hash) {
  static const std::array<const EVP_MD*, 4> all = {
      EVP_MD_fetch(nullptr, "SHA224", nullptr), EVP_MD_fetch(nullptr, "SHA256", nullptr),
      EVP_MD_fetch(nullptr, "SHA384", nullptr), EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  return all[static_cast<std::size_t>(hash)];
}

Digest digest_of(ShaTwo hash, BytesView message) {
  Digest digest;
  const EVP_MD* const md = fetched(hash);
  if (!md ||
      EVP_Digest(message.data(), message.size(), digest.octets.data(), &digest.length, md, nullptr) != 1)
    fail("EVP_Digest");
  return digest;
}

int nid_of(ShaTwo hash) {
  constexpr std::array nids = {NID_sha224, NID_sha256, NID_sha384, NID_sha512};
  return nids[static_cast<std::size_t>(hash)];
}

// Always the default provider: the one for token keys must never be offered a foreign public key.
EvpPkeyPtr from_data(const char* type, OSSL_PARAM* parameters) {
  const EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, "provider=default"));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
    fail("EVP_PKEY_fromdata");
  return EvpPkeyPtr(key);
}

struct Curve {
  int nid;
  const char* name;
  EcGroupPtr group;
  Curve(int curve_nid, const char* curve_name)
      : nid(curve_nid), name(curve_name), group(EC_GROUP_new_by_curve_name(curve_nid)) {}
};

// Groups are made once: EC_KEY_set_group copies one far faster than it is built. Only read afterwards.
const Curve& curve_of(KeyAlgorithm algorithm) {
  static const Curve p256(NID_X9_62_prime256v1, "P-256"), p384(NID_secp384r1, "P-384"),
      p521(NID_secp521r1, "P-521");
  return algorithm == KeyAlgorithm::ec_p256 ? p256 : algorithm == KeyAlgorithm::ec_p384 ? p384 : p521;
}

class EcVerificationKey final : public VerificationKey {
 public:
  EcVerificationKey(const Curve& curve, Bytes point, EcKeyPtr key)
      : curve_(curve), point_(std::move(point)), key_(std::move(key)) {}

  bool verify(const SignatureScheme& scheme, BytesView message, BytesView signature) const override {
    if (scheme.family != SignatureFamily::ecdsa) return false;
    const Digest digest = digest_of(scheme.hash, message);
    // ECDSA_verify also refuses a signature that is not the DER of its own value.
    const bool good = ECDSA_verify(0, digest.octets.data(), static_cast<int>(digest.length), signature.data(),
                                   static_cast<int>(signature.size()), key_.get()) == 1;
    ERR_clear_error();
    return good;
  }

 private:
  EvpPkeyPtr make_evp() const override {
    Bytes point = point_;  // OSSL_PARAM wants it mutable, and does not change it
    std::string name = curve_.name;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
        OSSL_PARAM_construct_end()};
    return from_data("EC", parameters);
  }

  const Curve& curve_;
  Bytes point_;
  EcKeyPtr key_;
};

class RsaVerificationKey final : public VerificationKey {
 public:
  explicit RsaVerificationKey(RsaPtr key) : key_(std::move(key)) {}

  bool verify(const SignatureScheme& scheme, BytesView message, BytesView signature) const override {
    // RFC 8017 §8.1.2, §8.2.2 step 1: a signature is exactly as long as the modulus.
    if (signature.size() != static_cast<std::size_t>(RSA_size(key_.get()))) return false;
    const Digest digest = digest_of(scheme.hash, message);
    const bool good =
        scheme.family == SignatureFamily::rsa_pkcs1
            ? verify_pkcs1(scheme, digest, signature)
            : scheme.family == SignatureFamily::rsa_pss && verify_pss(scheme, digest, signature);
    ERR_clear_error();
    return good;
  }

 private:
  bool verify_pkcs1(const SignatureScheme& scheme, const Digest& digest, BytesView signature) const {
    return RSA_verify(nid_of(scheme.hash), digest.octets.data(), digest.length, signature.data(),
                      static_cast<unsigned>(signature.size()), key_.get()) == 1;
  }

  bool verify_pss(const SignatureScheme& scheme, const Digest& digest, BytesView signature) const {
    Bytes encoded(signature.size());
    if (RSA_public_decrypt(static_cast<int>(signature.size()), signature.data(), encoded.data(), key_.get(),
                           RSA_NO_PADDING) != static_cast<int>(encoded.size()))
      return false;
    return RSA_verify_PKCS1_PSS_mgf1(key_.get(), digest.octets.data(), fetched(scheme.hash),
                                     fetched(scheme.mgf1_hash), encoded.data(), scheme.salt_length) == 1;
  }

  EvpPkeyPtr make_evp() const override {
    const BIGNUM *n = nullptr, *e = nullptr;
    RSA_get0_key(key_.get(), &n, &e, nullptr);
    const OsslParamBldPtr builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e) != 1)
      fail("OSSL_PARAM_BLD_push_BN");
    const OsslParamPtr parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    return from_data("RSA", parameters.get());
  }

  RsaPtr key_;
};

class Ed25519VerificationKey final : public VerificationKey {
 public:
  explicit Ed25519VerificationKey(BytesView key) : octets_(to_bytes(key)) {}

  bool verify(const SignatureScheme& scheme, BytesView message, BytesView signature) const override {
    if (scheme.family != SignatureFamily::ed25519) return false;
    const EvpMdCtxPtr context(EVP_MD_CTX_new());
    const bool good = context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, evp()) == 1 &&
                      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                       message.size()) == 1;
    ERR_clear_error();
    return good;
  }

 private:
  EvpPkeyPtr make_evp() const override {
    EvpPkeyPtr key(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", "provider=default", octets_.data(),
                                                  octets_.size()));
    if (!key) fail("EVP_PKEY_new_raw_public_key");
    return key;
  }

  Bytes octets_;
};

}  // namespace

std::shared_ptr<const VerificationKey> VerificationKey::from_point(KeyAlgorithm algorithm, BytesView point) {
  const Curve& curve = curve_of(algorithm);
  EcKeyPtr key(EC_KEY_new());
  if (!curve.group || !key || EC_KEY_set_group(key.get(), curve.group.get()) != 1) fail("EC_KEY_set_group");
  // Checks coordinates below p and the curve's equation. Our curves have cofactor 1, so this is the full
  // validation of NIST SP 800-56A §5.6.2.3.3 (infinity has no uncompressed encoding).
  if (EC_KEY_oct2key(key.get(), point.data(), point.size(), nullptr) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return std::make_shared<EcVerificationKey>(curve, to_bytes(point), std::move(key));
}

std::shared_ptr<const VerificationKey> VerificationKey::from_rsa(BytesView modulus, BytesView exponent) {
  RsaPtr key(RSA_new());
  BignumPtr n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
  BignumPtr e(BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr));
  if (!key || !n || !e || RSA_set0_key(key.get(), n.get(), e.get(), nullptr) != 1) fail("RSA_set0_key");
  static_cast<void>(n.release());  // now the key's
  static_cast<void>(e.release());
  return std::make_shared<RsaVerificationKey>(std::move(key));
}

std::shared_ptr<const VerificationKey> VerificationKey::from_ed25519(BytesView key) {
  return std::make_shared<Ed25519VerificationKey>(key);
}

EVP_PKEY* VerificationKey::evp() const {
  std::call_once(evp_once_, [this] { evp_ = make_evp(); });
  return evp_.get();
}

}  // namespace inkan::policy
