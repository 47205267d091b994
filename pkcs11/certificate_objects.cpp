#include "pkcs11/certificate_objects.h"

#include <libp11.h>

#include <memory>

#include "pkcs11/pin.h"
#include "policy/types/error.h"
#include "policy/x509/openssl.h"

namespace inkan::pkcs11 {
namespace {

using policy::Bytes;
using policy::Error;
using policy::ErrorCode;

// Everything that libp11 lends lives as long as this.
class OpenToken {
 public:
  explicit OpenToken(const TokenPlace& place)
      : OpenToken() {  // so that the destructor runs, whatever throws below
    if (!place.init_args.empty()) PKCS11_CTX_init_args(context_, place.init_args.c_str());
    if (PKCS11_CTX_load(context_, place.module.c_str()) != 0)
      fail(ErrorCode::config, "loading " + place.module);
    loaded_ = true;
    if (PKCS11_enumerate_slots(context_, &slots_, &count_) != 0) fail(ErrorCode::token, "listing the slots");
    for (unsigned int i = 0; i < count_; ++i)
      if (slots_[i].token && slots_[i].token->initialized && slots_[i].token->label == place.label)
        slot_ = &slots_[i];
    if (!slot_)
      throw Error(ErrorCode::token,
                  "no token is labelled \"" + place.label + "\"; `inkan token list` shows those there are");
  }
  ~OpenToken() {
    if (slots_) PKCS11_release_all_slots(context_, slots_, count_);
    if (loaded_) PKCS11_CTX_unload(context_);
    PKCS11_CTX_free(context_);
  }
  OpenToken(const OpenToken&) = delete;
  OpenToken& operator=(const OpenToken&) = delete;

  void log_in(const std::string& pin_file) {
    const auto pin = Pin::from_file(pin_file);
    // libp11 wants a C string, and keeps a copy of its own: this process is a short one.
    const std::unique_ptr<char, void (*)(char*)> text(
        OPENSSL_strndup(reinterpret_cast<const char*>(pin.bytes().data()), pin.bytes().size()),
        [](char* secret) { OPENSSL_clear_free(secret, std::char_traits<char>::length(secret)); });
    if (PKCS11_open_session(slot_, 1) != 0) fail(ErrorCode::token, "opening a session");
    if (PKCS11_login(slot_, 0, text.get()) != 0) fail(ErrorCode::pin, "logging in");
  }
  PKCS11_TOKEN* token() const { return slot_->token; }
  [[noreturn]] static void fail(ErrorCode code, const std::string& doing) {
    throw Error(code, doing + " failed: " + policy::openssl_errors());
  }

 private:
  OpenToken() : context_(PKCS11_CTX_new()) {}

  PKCS11_CTX* context_;
  PKCS11_SLOT* slots_ = nullptr;
  PKCS11_SLOT* slot_ = nullptr;
  unsigned int count_ = 0;
  bool loaded_ = false;
};

Bytes der_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size < 0) return {};
  Bytes octets(der, der + size);
  OPENSSL_free(der);
  return octets;
}

}  // namespace

std::vector<CertificateObject> list_certificates(const TokenPlace& place) {
  OpenToken open(place);
  open.log_in(place.pin_file);
  PKCS11_CERT* certificates = nullptr;
  unsigned int count = 0;
  if (PKCS11_enumerate_certs(open.token(), &certificates, &count) != 0)
    OpenToken::fail(ErrorCode::token, "listing the certificates");
  std::vector<CertificateObject> all;
  for (unsigned int i = 0; i < count; ++i)
    all.push_back({Bytes(certificates[i].id, certificates[i].id + certificates[i].id_len),
                   certificates[i].label ? certificates[i].label : "", der_of(certificates[i].x509)});
  return all;
}

void store_certificate(const TokenPlace& place, const CertificateObject& certificate) {
  OpenToken open(place);
  open.log_in(place.pin_file);
  const unsigned char* at = certificate.der.data();
  const policy::X509Ptr x509(d2i_X509(nullptr, &at, static_cast<long>(certificate.der.size())));
  if (!x509)
    throw Error(ErrorCode::invalid_input, "the certificate does not parse: " + policy::openssl_errors());
  Bytes id = certificate.id;
  std::string label = certificate.label;
  if (PKCS11_store_certificate(open.token(), x509.get(), label.data(), id.data(), id.size(), nullptr) != 0)
    OpenToken::fail(ErrorCode::token, "storing the certificate");
}

}  // namespace inkan::pkcs11
