#include "api/http/tls_context.h"

#include <Poco/Exception.h>
#include <Poco/Net/SecureStreamSocketImpl.h>
#include <Poco/Net/X509Certificate.h>

#include "policy/types/error.h"

namespace inkan::api {
namespace {

using policy::Error;
using policy::ErrorCode;

// TLS 1.2: ephemeral ECDH with an AEAD only (RFC 9325 §4.2). TLS 1.3 has nothing else.
constexpr const char* k_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* k_groups = "X25519:P-256:P-384:P-521";

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::config, "TLS: " + what + " (" + policy::openssl_errors() + ")");
}

policy::X509Ptr parse_certificate(const policy::Bytes& der, const std::string& what) {
  const unsigned char* data = der.data();
  policy::X509Ptr certificate(d2i_X509(nullptr, &data, static_cast<long>(der.size())));
  if (!certificate || data != der.data() + der.size()) fail(what + " is not a certificate in DER");
  return certificate;
}

void use_chain(SSL_CTX* context, const TlsIdentity& identity) {
  if (identity.chain.empty())
    fail("the server's certificate chain is empty; give at least its own certificate");
  const auto own = parse_certificate(identity.chain.front(), "the server's certificate");
  if (SSL_CTX_use_certificate(context, own.get()) != 1)
    fail("the server's certificate is refused by OpenSSL");
  for (std::size_t i = 1; i < identity.chain.size(); ++i) {
    const auto issuer = parse_certificate(identity.chain[i], "chain certificate " + std::to_string(i));
    if (SSL_CTX_add1_chain_cert(context, issuer.get()) != 1)
      fail("chain certificate " + std::to_string(i) + " is refused");
  }
  if (!identity.key || SSL_CTX_use_PrivateKey(context, identity.key.get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1)
    fail(
        "the key does not belong to the server's certificate; renew the certificate for the token's tls key");
}

// Its name goes to the client, so that a browser offers only certificates of ours.
void announce(SSL_CTX* context, X509* anchor) {
  if (SSL_CTX_add_client_CA(context, anchor) != 1) fail("a trust anchor's name cannot be announced");
}

void trust(SSL_CTX* context, const TlsIdentity& identity) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);  // borrowed
  // An issuing CA may be an anchor of its own: then other branches of its root are not believed.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  for (const auto& der : identity.trust_anchors) {
    const auto anchor = parse_certificate(der, "a trust anchor");
    if (X509_STORE_add_cert(store, anchor.get()) != 1) fail("a trust anchor is refused");
  }
}

// A peer's own certificate outside its validity passes the handshake, so that the request can be answered
// with what is wrong (401); nothing is done for it before that check. Every other fault ends the handshake.
int judge_peer(int ok, X509_STORE_CTX* context) {
  if (ok) return 1;
  const int error = X509_STORE_CTX_get_error(context);
  const bool own_validity = X509_STORE_CTX_get_error_depth(context) == 0 &&
                            (error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID);
  if (own_validity) X509_STORE_CTX_set_error(context, X509_V_OK);
  return own_validity ? 1 : 0;
}

// Stands in place of all verification. The handshake still proves that the client has the certificate's key
// (CertificateVerify, RFC 8446 §4.4.3, RFC 5246 §7.4.8): what is shown is the client's own, only nobody has
// said yet who that is, nor whether it is expired, revoked or of a foreign CA.
int take_any(X509_STORE_CTX* context, void*) {
  X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
  return 1;
}

policy::Instant instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1)
    throw Error(ErrorCode::invalid_input, "the client certificate has a malformed date");
  return std::chrono::sys_days(std::chrono::year(parts.tm_year + 1900) / (parts.tm_mon + 1) / parts.tm_mday) +
         std::chrono::hours(parts.tm_hour) + std::chrono::minutes(parts.tm_min) +
         std::chrono::seconds(parts.tm_sec);
}

std::string text_of(const X509_NAME* name) {
  const policy::BioPtr memory(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

template <auto Encode, class T>
policy::Bytes encode(T* object) {
  const int size = Encode(object, nullptr);
  if (size <= 0) throw Error(ErrorCode::invalid_input, "the client certificate does not encode");
  policy::Bytes der(static_cast<std::size_t>(size));
  unsigned char* out = der.data();
  Encode(object, &out);
  return der;
}

Poco::Net::SecureStreamSocketImpl& secure(const Poco::Net::StreamSocket& socket) {
  auto* implementation = dynamic_cast<Poco::Net::SecureStreamSocketImpl*>(socket.impl());
  if (!implementation) throw Error(ErrorCode::internal, "a plain socket where a secure one was expected");
  return *implementation;
}

}  // namespace

namespace {

Poco::Net::Context::Ptr server_context(const TlsIdentity& identity) {
  ERR_clear_error();
  auto poco = Poco::makeAuto<Poco::Net::Context>(Poco::Net::Context::TLS_SERVER_USE, "", "", "",
                                                 Poco::Net::Context::VERIFY_RELAXED, 9, false, k_ciphers);
  SSL_CTX* context = poco->sslContext();  // borrowed
  // Poco 1.11 leaves TLS 1.0 on; Debian's security level alone would stop it.
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (SSL_CTX_set1_groups_list(context, k_groups) != 1) fail("the key exchange groups are not available");
  // No resumption: an identity that comes out of a ticket has not been verified again (RFC 8446 §4.6.1).
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  use_chain(context, identity);
  for (const auto& der : identity.trust_anchors)
    announce(context, parse_certificate(der, "a trust anchor").get());
  return poco;
}

}  // namespace

Poco::Net::Context::Ptr make_tls_context(const TlsIdentity& identity) {
  auto poco = server_context(identity);
  trust(poco->sslContext(), identity);
  SSL_CTX_set_verify(poco->sslContext(), SSL_VERIFY_PEER, judge_peer);
  return poco;
}

Poco::Net::Context::Ptr make_open_tls_context(const TlsIdentity& identity) {
  auto poco = server_context(identity);
  SSL_CTX_set_verify(poco->sslContext(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(poco->sslContext(), take_any, nullptr);
  return poco;
}

Poco::Net::Context::Ptr make_client_tls_context(const TlsIdentity& identity) {
  ERR_clear_error();
  auto poco = Poco::makeAuto<Poco::Net::Context>(Poco::Net::Context::TLS_CLIENT_USE, "", "", "",
                                                 Poco::Net::Context::VERIFY_STRICT, 9, false, k_ciphers);
  SSL_CTX_set_min_proto_version(poco->sslContext(), TLS1_2_VERSION);
  use_chain(poco->sslContext(), identity);
  trust(poco->sslContext(), identity);
  return poco;
}

struct PresentedChain::Certificates {
  policy::X509Ptr own;
  std::vector<policy::X509Ptr> issuers;
};

// OpenSSL reads what a context has without a lock, so it is each connection's certificate that is set.
PresentedChain::PresentedChain(Poco::Net::Context::Ptr context) : context_(std::move(context)) {
  SSL_CTX_set_cert_cb(context_->sslContext(), &present, this);
}

void PresentedChain::set(const std::vector<policy::Bytes>& chain) {
  ERR_clear_error();
  if (chain.empty()) fail("the server's certificate chain is empty; give at least its own certificate");
  auto certificates = std::make_shared<Certificates>();
  certificates->own = parse_certificate(chain.front(), "the server's certificate");
  if (X509_check_private_key(certificates->own.get(), SSL_CTX_get0_privatekey(context_->sslContext())) != 1)
    fail("the key does not belong to the server's renewed certificate");
  for (std::size_t i = 1; i < chain.size(); ++i)
    certificates->issuers.push_back(parse_certificate(chain[i], "chain certificate " + std::to_string(i)));
  const std::lock_guard lock(mutex_);
  certificates_ = std::move(certificates);
}

int PresentedChain::present(SSL* connection, void* chain) {
  auto& self = *static_cast<PresentedChain*>(chain);
  std::shared_ptr<const Certificates> certificates;
  {
    const std::lock_guard lock(self.mutex_);
    certificates = self.certificates_;
  }
  if (!certificates) return 1;
  if (SSL_use_certificate(connection, certificates->own.get()) != 1 || SSL_clear_chain_certs(connection) != 1)
    return 0;
  for (const auto& issuer : certificates->issuers)
    if (SSL_add1_chain_cert(connection, issuer.get()) != 1) return 0;
  return 1;
}

// OpenSSL guards the store with a lock of its own.
void add_trust_anchor(Poco::Net::Context& context, policy::BytesView der) {
  ERR_clear_error();
  const auto anchor = parse_certificate(policy::to_bytes(der), "a trust anchor");
  if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context.sslContext()), anchor.get()) != 1)
    fail("a trust anchor is refused");
}

void complete_handshake(Poco::Net::StreamSocket& socket) {
  ERR_clear_error();
  if (secure(socket).completeHandshake() != 1) throw Poco::IOException("the TLS handshake did not complete");
}

std::optional<PeerCertificate> peer_certificate(const Poco::Net::StreamSocket& socket) {
  auto& connection = secure(socket);
  // Under an open context nobody has verified it.
  if (SSL_CTX_get_verify_callback(connection.context()->sslContext()) != judge_peer) return std::nullopt;
  if (!connection.havePeerCertificate()) return std::nullopt;
  const auto certificate = connection.peerCertificate();
  const X509* x509 = certificate.certificate();  // borrowed from `certificate`
  return PeerCertificate{
      policy::fingerprint_of(encode<i2d_X509>(x509)),
      policy::spki_hash_of(encode<i2d_X509_PUBKEY>(X509_get_X509_PUBKEY(x509))),
      policy::Validity(instant_of(X509_get0_notBefore(x509)), instant_of(X509_get0_notAfter(x509))),
      text_of(X509_get_subject_name(x509))};
}

policy::Bytes shown_certificate(const Poco::Net::StreamSocket& socket) {
  const auto& connection = secure(socket);
  if (!connection.havePeerCertificate()) return {};
  return encode<i2d_X509>(connection.peerCertificate().certificate());
}

}  // namespace inkan::api
