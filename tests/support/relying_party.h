// Whoever asks for the status of certificates, by OpenSSL's own OCSP code.
#pragma once

#include <openssl/ocsp.h>

#include <vector>

#include "policy/types/serial.h"
#include "tests/support/test_pki.h"

namespace inkan::test {

class RelyingParty {
 public:
  struct Seen {
    // "good", "revoked", "unknown", or why there is no answer: "trylater", "unauthorized", … as OpenSSL names
    // them.
    std::string status;
    int reason = -1;        // CRLReason, if revoked and one is given
    bool verified = false;  // signed by a responder that the issuer, and the root, stand for
    bool has_nonce = false;
  };

  // Asks about certificates of `issuer`; `root` is all that it trusts, and may be the same.
  RelyingParty(const policy::Bytes& root, const policy::Bytes& issuer)
      : root_(read(root)), issuer_(read(issuer)) {}

  policy::Bytes ask(const std::vector<policy::Serial>& serials, bool nonce = false,
                    const EVP_MD* hash = EVP_sha1()) const {
    const Request request(OCSP_REQUEST_new(), OCSP_REQUEST_free);
    for (const auto& serial : serials)
      require(OCSP_request_add0_id(request.get(), id_of(serial, hash).release()) != nullptr, "CertID");
    if (nonce) require(OCSP_request_add1_nonce(request.get(), nullptr, 32) == 1, "nonce");
    return to_der<i2d_OCSP_REQUEST>(request.get());
  }

  // What the answer says of that certificate.
  Seen read(const policy::Bytes& answer, const policy::Serial& serial,
            const EVP_MD* hash = EVP_sha1()) const {
    const auto* octets = answer.data();
    const std::unique_ptr<OCSP_RESPONSE, decltype(&OCSP_RESPONSE_free)> response(
        d2i_OCSP_RESPONSE(nullptr, &octets, static_cast<long>(answer.size())), OCSP_RESPONSE_free);
    if (!response || octets != answer.data() + answer.size()) return {.status = "no OCSPResponse"};
    const int status = OCSP_response_status(response.get());
    if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) return {.status = OCSP_response_status_str(status)};
    const std::unique_ptr<OCSP_BASICRESP, decltype(&OCSP_BASICRESP_free)> basic(
        OCSP_response_get1_basic(response.get()), OCSP_BASICRESP_free);
    Seen seen{.status = "no such certificate in it"};
    seen.verified = verifies(basic.get());
    seen.has_nonce = OCSP_BASICRESP_get_ext_by_NID(basic.get(), NID_id_pkix_OCSP_Nonce, -1) >= 0;
    int value = -1;
    ASN1_GENERALIZEDTIME *this_update = nullptr, *next_update = nullptr;
    const auto id = id_of(serial, hash);
    if (OCSP_resp_find_status(basic.get(), id.get(), &value, &seen.reason, nullptr, &this_update,
                              &next_update) == 1 &&
        OCSP_check_validity(this_update, next_update, 60, -1) == 1)
      seen.status = OCSP_cert_status_str(value);
    return seen;
  }

 private:
  using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
  using Request = std::unique_ptr<OCSP_REQUEST, decltype(&OCSP_REQUEST_free)>;
  using Id = std::unique_ptr<OCSP_CERTID, decltype(&OCSP_CERTID_free)>;

  static Certificate read(const policy::Bytes& der) {
    const auto* octets = der.data();
    Certificate certificate(d2i_X509(nullptr, &octets, static_cast<long>(der.size())), X509_free);
    require(certificate != nullptr, "certificate");
    return certificate;
  }

  Id id_of(const policy::Serial& serial, const EVP_MD* hash) const {
    const auto content = policy::to_bytes(serial.content());
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
        BN_bin2bn(content.data(), static_cast<int>(content.size()), nullptr), BN_free);
    const std::unique_ptr<ASN1_INTEGER, decltype(&ASN1_INTEGER_free)> integer(
        BN_to_ASN1_INTEGER(number.get(), nullptr), ASN1_INTEGER_free);
    Id id(OCSP_cert_id_new(hash, X509_get_subject_name(issuer_.get()), X509_get0_pubkey_bitstr(issuer_.get()),
                           integer.get()),
          OCSP_CERTID_free);
    require(id != nullptr, "CertID");
    return id;
  }

  bool verifies(OCSP_BASICRESP* basic) const {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
    X509_STORE_add_cert(store.get(), root_.get());
    const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> between(
        sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
    sk_X509_push(between.get(), issuer_.get());
    return OCSP_basic_verify(basic, between.get(), store.get(), 0) == 1;
  }

  Certificate root_, issuer_;
};

}  // namespace inkan::test
