// Throw-away keys, certificates and certification requests for tests, made by OpenSSL and not by the code
// under test.
#pragma once

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

#include "policy/types/bytes.h"
#include "policy/types/digest.h"
#include "policy/x509/openssl.h"

namespace inkan::test {

struct TestCertificate {
  policy::Bytes der;
  std::shared_ptr<EVP_PKEY> key;

  policy::Fingerprint fingerprint() const { return policy::fingerprint_of(der); }
  policy::SpkiHash spki_hash() const;
};

inline void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string(what) + ": " + policy::openssl_errors());
}

template <auto Encode, class T>
policy::Bytes to_der(T* object) {
  unsigned char* data = nullptr;
  const int size = Encode(object, &data);
  require(size > 0, "encode");
  policy::Bytes der(data, data + size);
  OPENSSL_free(data);
  return der;
}

inline policy::SpkiHash TestCertificate::spki_hash() const {
  return policy::spki_hash_of(to_der<i2d_PUBKEY>(key.get()));
}

inline std::shared_ptr<EVP_PKEY> make_p256_key() {
  std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  require(key != nullptr, "key generation");
  return key;
}

inline void set_common_name(X509_NAME* name, const std::string& text) {
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()), -1, 0) == 1,
          "name");
}

struct CertificateWish {
  std::string common_name;
  long not_before_seconds = -3600;  // from now
  long not_after_seconds = 3600;
  bool authority = false;
};

inline void add_extension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  require(extension && X509_add_ext(certificate, extension, -1) == 1, "extension");
  X509_EXTENSION_free(extension);
}

// Self-signed if `issuer` is null.
inline TestCertificate make_certificate(const CertificateWish& wish, const TestCertificate* issuer) {
  static std::atomic<long> serial = 1000;
  ERR_clear_error();
  const auto key = make_p256_key();
  const policy::X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.not_before_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.not_after_seconds);
  set_common_name(X509_get_subject_name(certificate.get()), wish.common_name);
  X509_set_pubkey(certificate.get(), key.get());
  if (issuer) {
    const unsigned char* data = issuer->der.data();
    const policy::X509Ptr parent(d2i_X509(nullptr, &data, static_cast<long>(issuer->der.size())));
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(parent.get()));
  } else {
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  }
  add_extension(certificate.get(), NID_basic_constraints,
                wish.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!wish.authority) {
    add_extension(certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth");
    add_extension(certificate.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  }
  require(X509_sign(certificate.get(), issuer ? issuer->key.get() : key.get(), EVP_sha256()) > 0,
          "certificate");
  return {to_der<i2d_X509>(certificate.get()), key};
}

// PKCS#10 in DER, signed with a key of its own.
inline policy::Bytes make_csr(const std::string& common_name,
                              const std::shared_ptr<EVP_PKEY>& key = make_p256_key()) {
  ERR_clear_error();
  const policy::X509ReqPtr request(X509_REQ_new());
  X509_REQ_set_version(request.get(), 0);
  set_common_name(X509_REQ_get_subject_name(request.get()), common_name);
  X509_REQ_set_pubkey(request.get(), key.get());
  require(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0, "certification request");
  return to_der<i2d_X509_REQ>(request.get());
}

inline std::string pem_of(const std::string& label, policy::BytesView der) {
  const auto base64 = policy::to_base64(der);
  std::string text = "-----BEGIN " + label + "-----\n";
  for (std::size_t i = 0; i < base64.size(); i += 64) text += base64.substr(i, 64) + "\n";
  return text + "-----END " + label + "-----\n";
}

}  // namespace inkan::test
