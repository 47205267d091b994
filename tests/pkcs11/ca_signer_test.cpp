#include "pkcs11/ca_signer.h"

#include <gmock/gmock.h>

#include <thread>

#include "pkcs11/probe.h"
#include "policy/types/error.h"
#include "tests/support/token_fixture.h"

namespace inkan::pkcs11 {
namespace {

using policy::ErrorCode;
using policy::KeyAlgorithm;
using policy::KeyPurpose;
using policy::SignatureAlgorithm;
using testing::HasSubstr;
using tests::in;
using tests::k_patience;
using tests::new_canary;
using tests::new_key;
using tests::SofthsmToken;

// A self-signed root over a token key, approved by the real engine and recorded.
class Root {
 public:
  explicit Root(const KeyRecord& key)
      : issuer_{"root",
                std::get<policy::Name>(policy::Name::build({{"CN", "Test Root"}})),
                std::get<policy::PublicKey>(policy::PublicKey::parse(key.spki)),
                policy::Validity(k_now - std::chrono::hours(48), k_now + std::chrono::hours(24 * 9000)),
                key.id,
                key.signature_algorithm,
                -1,
                "",
                ""} {}

  policy::Recorded<policy::TbsCertificate> certificate() {
    auto decision = engine_.decide(
        policy::IssuanceRequest::for_token_key("root-ca", issuer_.public_key, issuer_.subject, {}), issuer_,
        policy::Identity::system_job("test"), policy::Serial::from(1'700'000'000'000 + ++serials_, {1, 2, 3}),
        k_now);
    if (const auto* denial = policy::denied(decision))
      throw std::runtime_error(denial->rule + ": " + denial->detail);
    return ledger_.record(std::get<policy::Approved<policy::TbsCertificate>>(std::move(decision)));
  }

  policy::Recorded<policy::TbsCertList> crl() {
    policy::CertListWriter list({issuer_.subject, k_now, k_now + std::chrono::hours(24), 1,
                                 issuer_.public_key.key_identifier(), issuer_.key,
                                 issuer_.signature_algorithm});
    list.append({policy::Serial::from(1'700'000'000'000, {}), k_now, policy::RevocationReason::superseded,
                 std::nullopt});
    auto decision = engine_.decide(std::move(list).finish(), issuer_, std::nullopt);
    if (const auto* denial = policy::denied(decision))
      throw std::runtime_error(denial->rule + ": " + denial->detail);
    return ledger_.record(std::get<policy::Approved<policy::TbsCertList>>(std::move(decision)));
  }

 private:
  static constexpr policy::Instant k_now{std::chrono::seconds(1'790'000'000)};
  policy::Engine engine_{policy::ProfileSet(policy::ProfileSet::built_in()), {}};
  daemon::IntentLedger ledger_;
  policy::Issuer issuer_;
  int serials_ = 0;
};

template <class Outcome>
std::string reason(const SignOutcome& outcome) {
  const auto* const found = std::get_if<Outcome>(&outcome);
  return found ? found->reason : "another outcome, index " + std::to_string(outcome.index());
}

struct Kind {
  const char* name;
  KeyAlgorithm algorithm;
  int bits;
  SignatureAlgorithm signature;
};
void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.name;
}
class EachCaKey : public testing::TestWithParam<Kind> {};

// Judged by OpenSSL's own X509_verify and X509_CRL_verify, with a key it read from the token's octets.
TEST_P(EachCaKey, SignsCanaryCertificateAndCrl) {
  const auto [name, algorithm, bits, signature] = GetParam();
  const SofthsmToken softhsm;
  const auto token = softhsm.open();
  const KeyRecord key = new_key(*token, KeyPurpose::ca, algorithm, bits, signature);
  CaSigner signer(token, key);
  Root root(key);

  auto canary = new_canary(key);
  const policy::Bytes message = policy::to_bytes(canary.tbs().to_be_signed());
  const auto proof = signer.sign(std::move(canary), in(k_patience));
  ASSERT_TRUE(std::holds_alternative<Signed>(proof)) << reason<NotSigned>(proof);
  EXPECT_TRUE(tests::openssl_verifies(key, message, std::get<Signed>(proof).signature));

  const unsigned char* at = key.spki.data();
  const policy::EvpPkeyPtr public_key(d2i_PUBKEY(nullptr, &at, static_cast<long>(key.spki.size())));
  const auto certificate = signer.sign(root.certificate(), in(k_patience));
  ASSERT_TRUE(std::holds_alternative<Signed>(certificate)) << reason<NotSigned>(certificate);
  const policy::Bytes& der = std::get<Signed>(certificate).object;
  at = der.data();
  const policy::X509Ptr x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ASSERT_TRUE(x509);
  EXPECT_EQ(at, der.data() + der.size());
  EXPECT_EQ(X509_verify(x509.get(), public_key.get()), 1);

  const auto crl = signer.sign(root.crl(), in(k_patience));
  ASSERT_TRUE(std::holds_alternative<Signed>(crl)) << reason<NotSigned>(crl);
  at = std::get<Signed>(crl).object.data();
  const policy::X509CrlPtr list(
      d2i_X509_CRL(nullptr, &at, static_cast<long>(std::get<Signed>(crl).object.size())));
  ASSERT_TRUE(list);
  EXPECT_EQ(X509_CRL_verify(list.get(), public_key.get()), 1);
  ASSERT_EQ(token->signature_counts().size(), 1U);
  EXPECT_EQ(token->signature_counts().front().signatures, 3U);
}

INSTANTIATE_TEST_SUITE_P(
    All, EachCaKey,
    testing::Values(Kind{"p256", KeyAlgorithm::ec_p256, 256, SignatureAlgorithm::ecdsa_sha256},
                    Kind{"p256_sha384", KeyAlgorithm::ec_p256, 256, SignatureAlgorithm::ecdsa_sha384},
                    Kind{"p384", KeyAlgorithm::ec_p384, 384, SignatureAlgorithm::ecdsa_sha384},
                    Kind{"p521", KeyAlgorithm::ec_p521, 521, SignatureAlgorithm::ecdsa_sha512},
                    Kind{"rsa2048", KeyAlgorithm::rsa, 2048, SignatureAlgorithm::rsa_pkcs1_sha256},
                    Kind{"rsa3072_sha512", KeyAlgorithm::rsa, 3072, SignatureAlgorithm::rsa_pkcs1_sha512},
                    Kind{"rsa2048_pss", KeyAlgorithm::rsa, 2048, SignatureAlgorithm::rsa_pss_sha256},
                    Kind{"rsa3072_pss_sha384", KeyAlgorithm::rsa, 3072, SignatureAlgorithm::rsa_pss_sha384},
                    Kind{"ed25519", KeyAlgorithm::ed25519, 256, SignatureAlgorithm::ed25519}),
    [](const auto& row) { return row.param.name; });

class CaSignerOnP256 : public testing::Test {
 protected:
  void prove() {
    const auto proof = signer_.sign(new_canary(key_), in(k_patience));
    ASSERT_TRUE(std::holds_alternative<Signed>(proof)) << reason<NotSigned>(proof);
  }

  SofthsmToken softhsm_;
  std::shared_ptr<Token> token_ = softhsm_.open();
  KeyRecord key_ = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  CaSigner signer_{token_, key_};
  Root root_{key_};
};

TEST_F(CaSignerOnP256, SignsNoCertificateBeforeItsCanary) {
  EXPECT_TRUE(signer_.needs_canary());
  EXPECT_THAT(reason<NotSigned>(signer_.sign(root_.certificate(), in(k_patience))), HasSubstr("canary"));
  prove();
  EXPECT_FALSE(signer_.needs_canary());
  EXPECT_TRUE(std::holds_alternative<Signed>(signer_.sign(root_.certificate(), in(k_patience))));
}

TEST_F(CaSignerOnP256, RefusesAValueOfAnotherKey) {
  const KeyRecord other = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  try {
    signer_.sign(new_canary(other), in(k_patience));
    FAIL() << "signed for another key";
  } catch (const policy::Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::internal);
    EXPECT_THAT(error.what(), HasSubstr(other.id.hex()));
  }
  EXPECT_EQ(token_->signature_counts().front().signatures, 0U);
}

TEST_F(CaSignerOnP256, TakesNoKeyOfAnotherPurpose) {
  for (const auto purpose : {KeyPurpose::tls, KeyPurpose::ledger, KeyPurpose::probe, KeyPurpose::ocsp}) {
    const KeyRecord other = new_key(*token_, purpose, KeyAlgorithm::ec_p256);
    EXPECT_THROW(CaSigner(token_, other), policy::Error) << policy::name(purpose);
  }
  EXPECT_THROW(Probe(token_, key_), policy::Error);
}

// As after a restore from backup that mixed keys up: the id is right, the public key on record is another's.
TEST_F(CaSignerOnP256, SignsNothingWithAKeyWhosePublicHalfIsAnother) {
  KeyRecord mixed_up = key_;
  mixed_up.spki = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256).spki;
  const auto fresh = softhsm_.open();
  CaSigner signer(fresh, mixed_up);
  EXPECT_THAT(reason<NotSigned>(signer.sign(new_canary(mixed_up), in(k_patience))),
              HasSubstr("not the one on record"));
}

TEST_F(CaSignerOnP256, ServesSixteenThreads) {
  prove();
  std::atomic<int> made{0};
  std::vector<policy::Recorded<policy::TbsCertificate>> work;
  for (int i = 0; i < 160; ++i) work.push_back(root_.certificate());
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] {
      for (std::size_t at = next++; at < work.size(); at = next++)
        if (std::holds_alternative<Signed>(signer_.sign(std::move(work[at]), in(k_patience)))) ++made;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made, 160);
  EXPECT_EQ(token_->signature_counts().front().signatures, 161U);
  EXPECT_LE(token_->status().sessions_open, 8);
}

TEST_F(CaSignerOnP256, AnswersNotSignedOnceTheTokenIsClosed) {
  prove();
  token_->close();
  EXPECT_THAT(reason<NotSigned>(signer_.sign(root_.certificate(), in(k_patience))), HasSubstr("closed"));
}

TEST_F(CaSignerOnP256, ProbesWithAKeyOfItsOwn) {
  Probe probe(token_, new_key(*token_, KeyPurpose::probe, KeyAlgorithm::ec_p256));
  EXPECT_TRUE(std::holds_alternative<Signed>(probe.probe(in(k_patience))));
  EXPECT_TRUE(signer_.needs_canary());
}

}  // namespace
}  // namespace inkan::pkcs11
