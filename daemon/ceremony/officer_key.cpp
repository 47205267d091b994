#include "daemon/ceremony/officer_key.h"

#include <openssl/pem.h>

#include "daemon/clock.h"
#include "daemon/store/store.h"
#include "policy/types/error.h"
#include "policy/x509/pem.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

[[noreturn]] void key_unusable(const std::string& what) {
  throw Error(ErrorCode::config, what + ": " + policy::openssl_errors());
}

// Whatever OpenSSL writes by an i2d function.
template <class Object>
policy::Bytes der_of(int (*encode)(Object*, unsigned char**), std::remove_const_t<Object>* object) {
  unsigned char* der = nullptr;
  const int size = encode(object, &der);
  if (size <= 0) key_unusable("it cannot be encoded");
  const policy::OpensslOctets owned(der);
  return policy::to_bytes({der, static_cast<std::size_t>(size)});
}

// Ed25519 hashes by itself.
const EVP_MD* digest_for(EVP_PKEY* key) {
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
}

void name_it(X509_NAME* name, const std::string& common_name) {
  if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common_name.data()),
                                 static_cast<int>(common_name.size()), -1, 0) != 1)
    key_unusable("the name " + common_name + " cannot be used");
}

policy::X509Ptr self_signed(EVP_PKEY* key) {
  constexpr long k_valid = 3600;  // seconds
  policy::X509Ptr certificate(X509_new());
  const auto from = static_cast<time_t>(to_seconds(now()));
  auto* const at = certificate.get();
  if (!at || X509_set_version(at, X509_VERSION_3) != 1 ||
      ASN1_INTEGER_set(X509_get_serialNumber(at), 1) != 1 || !ASN1_TIME_set(X509_getm_notBefore(at), from) ||
      !ASN1_TIME_set(X509_getm_notAfter(at), from + k_valid) || X509_set_pubkey(at, key) != 1)
    key_unusable("no certificate can be made for the key");
  name_it(X509_get_subject_name(at), "vote in a key ceremony");
  if (X509_set_issuer_name(at, X509_get_subject_name(at)) != 1 || X509_sign(at, key, digest_for(key)) <= 0)
    key_unusable("the key cannot sign");
  return certificate;
}

}  // namespace

policy::Bytes sign_document(X509* certificate, EVP_PKEY* key, const std::string& document) {
  ERR_clear_error();
  const policy::BioPtr content(BIO_new_mem_buf(document.data(), static_cast<int>(document.size())));
  constexpr unsigned k_flags = CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP;
  const policy::CmsPtr cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, k_flags | CMS_PARTIAL));
  if (!cms || !CMS_add1_signer(cms.get(), certificate, key, EVP_sha256(), k_flags) ||
      CMS_final(cms.get(), content.get(), nullptr, k_flags) != 1)
    key_unusable("the document cannot be signed with this certificate and key");
  return der_of<const CMS_ContentInfo>(i2d_CMS_ContentInfo, cms.get());
}

OfficerKey OfficerKey::from_file(const std::filesystem::path& pem) {
  ERR_clear_error();
  const policy::BioPtr in(BIO_new_file(pem.c_str(), "r"));
  if (!in) throw Error(ErrorCode::config, "the key " + pem.string() + " cannot be read");
  policy::EvpPkeyPtr key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  if (!key) key_unusable("the key " + pem.string() + " is no private key in PEM that can be opened");
  return OfficerKey(std::move(key));
}

OfficerKey OfficerKey::throw_away() {
  ERR_clear_error();
  policy::EvpPkeyPtr key(EVP_EC_gen("P-256"));
  if (!key) key_unusable("no key can be made");
  return OfficerKey(std::move(key));
}

policy::SpkiHash OfficerKey::spki_hash() const {
  return policy::spki_hash_of(der_of<const EVP_PKEY>(i2d_PUBKEY, key_.get()));
}

policy::Bytes OfficerKey::sign(const std::string& document) const {
  return sign_document(self_signed(key_.get()).get(), key_.get(), document);
}

std::string OfficerKey::request(const std::string& common_name) const {
  const policy::X509ReqPtr request(X509_REQ_new());
  if (!request || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1)
    key_unusable("no request can be made");
  name_it(X509_REQ_get_subject_name(request.get()), common_name);
  if (X509_REQ_set_pubkey(request.get(), key_.get()) != 1 ||
      X509_REQ_sign(request.get(), key_.get(), digest_for(key_.get())) <= 0)
    key_unusable("the request cannot be signed");
  return policy::pem_encode("CERTIFICATE REQUEST", der_of<const X509_REQ>(i2d_X509_REQ, request.get()));
}

}  // namespace inkan::daemon
