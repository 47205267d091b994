#include "pkcs11/openssl_provider.h"

#include <gmock/gmock.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>

#include <thread>

#include "policy/types/error.h"
#include "tests/support/token_fixture.h"

namespace inkan::pkcs11 {
namespace {

using policy::KeyAlgorithm;
using policy::KeyPurpose;
using policy::openssl_errors;
using tests::new_key;
using tests::SofthsmToken;

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPtr = std::unique_ptr<SSL, SslFree>;
using SslCtxPtr = std::unique_ptr<SSL_CTX, SslFree>;

policy::EvpPkeyPtr software_key() {
  return policy::EvpPkeyPtr(EVP_EC_gen("P-256"));
}

// A certificate of the token's public key, signed by a throw-away key in memory.
policy::X509Ptr certificate_of(const KeyRecord& record, EVP_PKEY* issuer) {
  policy::X509Ptr certificate(X509_new());
  const unsigned char* at = record.spki.data();
  const policy::EvpPkeyPtr public_key(d2i_PUBKEY(nullptr, &at, static_cast<long>(record.spki.size())));
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  const std::string common_name = "localhost";
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 7);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.data()),
                             static_cast<int>(common_name.size()), -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), public_key.get());
  if (X509_sign(certificate.get(), issuer, EVP_sha256()) <= 0) throw std::runtime_error(openssl_errors());
  return certificate;
}

// OpenSSL's queue with what each entry was given to say, which openssl_errors() leaves out.
std::string error_details() {
  std::string all;
  const char* detail = nullptr;
  int flags = 0;
  while (ERR_get_error_all(nullptr, nullptr, nullptr, &detail, &flags) != 0)
    if ((flags & ERR_TXT_STRING) != 0) all += std::string(detail) + "; ";
  return all;
}

struct Handshake {
  bool done = false;
  std::string version, signature, errors;
};

// Both ends in memory; the client verifies the server's signature with its own OpenSSL code.
Handshake shake_hands(SSL_CTX* server_context, int version) {
  const SslCtxPtr client_context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(client_context.get(), version);
  SSL_CTX_set_max_proto_version(client_context.get(), version);
  const SslPtr server(SSL_new(server_context)), client(SSL_new(client_context.get()));
  BIO *one = nullptr, *other = nullptr;
  if (BIO_new_bio_pair(&one, 65536, &other, 65536) != 1) throw std::runtime_error("no BIO pair");
  SSL_set_bio(server.get(), one, one);
  SSL_set_bio(client.get(), other, other);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  ERR_clear_error();
  Handshake result;
  for (int turn = 0; turn < 10 && !result.done; ++turn) {
    const int by_client = SSL_do_handshake(client.get());
    const int by_server = SSL_do_handshake(server.get());
    result.errors += error_details();  // before the other end's next call clears the queue
    result.done = by_client == 1 && by_server == 1;
  }
  result.version = SSL_get_version(client.get());
  int type = NID_undef;
  SSL_get_peer_signature_type_nid(client.get(), &type);
  result.signature = OBJ_nid2sn(type);
  return result;
}

struct Case {
  const char* name;
  KeyAlgorithm algorithm;
  int bits, version;
  const char* expected_version;
  int expected_signature;
};
void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}
class TlsServerKey : public testing::TestWithParam<Case> {};

TEST_P(TlsServerKey, ShakesHands) {
  const Case& one = GetParam();
  const SofthsmToken softhsm;
  const auto token = softhsm.open();
  const KeyRecord record = new_key(*token, KeyPurpose::tls, one.algorithm, one.bits);
  const auto key = tls_private_key(token, record);
  EXPECT_STREQ(OSSL_PROVIDER_get0_name(EVP_PKEY_get0_provider(key.get())), "inkan-token");
  const auto issuer = software_key();
  const auto certificate = certificate_of(record, issuer.get());
  const SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  ASSERT_EQ(SSL_CTX_use_certificate(context.get(), certificate.get()), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey(context.get(), key.get()), 1) << openssl_errors();
  ASSERT_EQ(SSL_CTX_check_private_key(context.get()), 1) << openssl_errors();
  const Handshake result = shake_hands(context.get(), one.version);
  EXPECT_TRUE(result.done) << result.errors;
  EXPECT_EQ(result.version, one.expected_version);
  EXPECT_EQ(result.signature, OBJ_nid2sn(one.expected_signature));
  EXPECT_EQ(token->signature_counts().front().signatures, 1U);
}

INSTANTIATE_TEST_SUITE_P(
    All, TlsServerKey,
    testing::Values(
        Case{"p256_tls12", KeyAlgorithm::ec_p256, 256, TLS1_2_VERSION, "TLSv1.2", NID_X9_62_id_ecPublicKey},
        Case{"p256_tls13", KeyAlgorithm::ec_p256, 256, TLS1_3_VERSION, "TLSv1.3", NID_X9_62_id_ecPublicKey},
        Case{"p384_tls13", KeyAlgorithm::ec_p384, 384, TLS1_3_VERSION, "TLSv1.3", NID_X9_62_id_ecPublicKey},
        Case{"rsa2048_tls12", KeyAlgorithm::rsa, 2048, TLS1_2_VERSION, "TLSv1.2", NID_rsassaPss},
        Case{"rsa3072_tls13", KeyAlgorithm::rsa, 3072, TLS1_3_VERSION, "TLSv1.3", NID_rsassaPss}),
    [](const auto& row) { return row.param.name; });

class Provider : public testing::Test {
 protected:
  SofthsmToken softhsm_;
  std::shared_ptr<Token> token_ = softhsm_.open();
};

TEST_F(Provider, RefusesEveryPurposeButTls) {
  for (const auto purpose : {KeyPurpose::ca, KeyPurpose::crl, KeyPurpose::ocsp, KeyPurpose::ledger,
                             KeyPurpose::evidence, KeyPurpose::probe}) {
    const KeyRecord record = new_key(*token_, purpose, KeyAlgorithm::ec_p256);
    try {
      tls_private_key(token_, record);
      ADD_FAILURE() << policy::name(purpose) << " key given to OpenSSL";
    } catch (const policy::Error& error) {
      EXPECT_EQ(error.code(), policy::ErrorCode::internal);
    }
  }
  EXPECT_THROW(tls_private_key(token_, new_key(*token_, KeyPurpose::tls, KeyAlgorithm::ed25519)),
               policy::Error);
}

TEST_F(Provider, LeavesTheDefaultProviderTheDefault) {
  const auto key = tls_private_key(token_, new_key(*token_, KeyPurpose::tls, KeyAlgorithm::ec_p256));
  const auto software = software_key();
  EXPECT_STREQ(OSSL_PROVIDER_get0_name(EVP_PKEY_get0_provider(software.get())), "default");
}

TEST_F(Provider, LetsNothingPrivateOut) {
  const auto key = tls_private_key(token_, new_key(*token_, KeyPurpose::tls, KeyAlgorithm::ec_p256));
  BIGNUM* secret = nullptr;
  EXPECT_NE(EVP_PKEY_get_bn_param(key.get(), "priv", &secret), 1);
  EXPECT_EQ(secret, nullptr);
  unsigned char* der = nullptr;
  EXPECT_LE(i2d_PrivateKey(key.get(), &der), 0);
  openssl_errors();
}

TEST_F(Provider, SignsPkcs1AndRefusesOtherPaddings) {
  const KeyRecord record = new_key(*token_, KeyPurpose::tls, KeyAlgorithm::rsa, 2048);
  const auto key = tls_private_key(token_, record);
  const policy::EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  ASSERT_EQ(EVP_DigestSignInit(context.get(), &parameters, EVP_sha256(), nullptr, key.get()), 1)
      << openssl_errors();
  EXPECT_LE(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_NO_PADDING), 0);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PADDING), 1);
  const policy::Bytes message(1000, 'm');
  policy::Bytes signature(256);
  std::size_t size = signature.size();
  ASSERT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()), 1)
      << openssl_errors();
  EXPECT_TRUE(tests::openssl_verifies(record, message, signature));
}

TEST_F(Provider, FailsTheHandshakeInTimeWhenTheTokenIsGone) {
  const KeyRecord record = new_key(*token_, KeyPurpose::tls, KeyAlgorithm::ec_p256);
  const auto key = tls_private_key(token_, record);
  const auto issuer = software_key();
  const auto certificate = certificate_of(record, issuer.get());
  const SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  ASSERT_EQ(SSL_CTX_use_certificate(context.get(), certificate.get()), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey(context.get(), key.get()), 1);
  token_->close();
  const Handshake result = shake_hands(context.get(), TLS1_3_VERSION);
  EXPECT_FALSE(result.done);
  EXPECT_THAT(result.errors, testing::HasSubstr("the token is closed"));
}

TEST_F(Provider, ServesParallelHandshakes) {
  const KeyRecord record = new_key(*token_, KeyPurpose::tls, KeyAlgorithm::ec_p256);
  const auto key = tls_private_key(token_, record);
  const auto issuer = software_key();
  const auto certificate = certificate_of(record, issuer.get());
  const SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  ASSERT_EQ(SSL_CTX_use_certificate(context.get(), certificate.get()), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey(context.get(), key.get()), 1);
  std::atomic<int> done{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      for (int n = 0; n < 5; ++n) done += shake_hands(context.get(), TLS1_3_VERSION).done ? 1 : 0;
    });
  for (auto& client : clients) client.join();
  EXPECT_EQ(done, 40);
}

}  // namespace
}  // namespace inkan::pkcs11
