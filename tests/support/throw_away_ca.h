// An authority with keys in memory, for tests of policy only: what a profile makes, signed, for others to
// judge.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "policy/engine.h"
#include "policy/types/error.h"
#include "policy/x509/tbs_certificate.h"
#include "tests/support/test_pki.h"

namespace inkan::test {

inline policy::Instant utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0,
                           int second = 0) {
  using namespace std::chrono;
  return sys_days(year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day))) +
         hours(hour) + minutes(minute) + seconds(second);
}

struct TestKey {
  std::shared_ptr<EVP_PKEY> key;
  policy::PublicKey public_key;
};

inline TestKey wrap(EVP_PKEY* raw) {
  const std::shared_ptr<EVP_PKEY> key(raw, EVP_PKEY_free);
  require(key != nullptr, "key generation");
  return {key, std::get<policy::PublicKey>(policy::PublicKey::parse(to_der<i2d_PUBKEY>(key.get())))};
}

inline TestKey make_key(policy::KeyAlgorithm algorithm) {
  switch (algorithm) {
    case policy::KeyAlgorithm::rsa:
      return wrap(EVP_RSA_gen(2048));
    case policy::KeyAlgorithm::ec_p256:
      return wrap(EVP_EC_gen("P-256"));
    case policy::KeyAlgorithm::ec_p384:
      return wrap(EVP_EC_gen("P-384"));
    case policy::KeyAlgorithm::ec_p521:
      return wrap(EVP_EC_gen("P-521"));
    case policy::KeyAlgorithm::ed25519:
      return wrap(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  }
  throw std::logic_error("an algorithm without a test key");
}

inline policy::Bytes sign_message(const TestKey& key, policy::SignatureAlgorithm algorithm,
                                  policy::BytesView message) {
  using policy::SignatureAlgorithm;
  const bool ed25519 = algorithm == SignatureAlgorithm::ed25519;
  const auto hash = ed25519 ? policy::HashAlgorithm::sha256 : policy::hash_of(algorithm);
  const EVP_MD* const md = ed25519                                 ? nullptr
                           : hash == policy::HashAlgorithm::sha256 ? EVP_sha256()
                           : hash == policy::HashAlgorithm::sha384 ? EVP_sha384()
                                                                   : EVP_sha512();
  const policy::EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  require(EVP_DigestSignInit(context.get(), &parameters, md, nullptr, key.key.get()) == 1, "sign");
  if (algorithm == SignatureAlgorithm::rsa_pss_sha256 || algorithm == SignatureAlgorithm::rsa_pss_sha384 ||
      algorithm == SignatureAlgorithm::rsa_pss_sha512)
    require(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1,
            "PSS");
  std::size_t size = 0;
  require(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1, "sign");
  policy::Bytes signature(size);
  require(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1,
          "sign");
  signature.resize(size);
  return signature;
}

template <class Tbs>
policy::Bytes signed_by(const TestKey& key, const Tbs& tbs) {
  return policy::signed_object(tbs.to_be_signed(), tbs.signature_algorithm(),
                               sign_message(key, tbs.signature_algorithm(), tbs.to_be_signed()));
}

inline policy::Name name_of(const std::vector<policy::NameAttribute>& attributes) {
  auto name = policy::Name::build(attributes);
  if (const auto* denial = policy::denied(name)) throw std::runtime_error(denial->detail);
  return std::get<policy::Name>(std::move(name));
}

inline policy::Serial next_serial() {
  static std::atomic<std::uint8_t> last = 0;
  policy::Serial::Random chance{};
  chance[12] = ++last;
  return policy::Serial::from(1795359600000, chance);
}

inline policy::Identity someone(policy::Role role) {
  if (role == policy::Role::system) return policy::Identity::system_job("set-up");
  return policy::Identity::authenticated("someone-1", role, policy::Fingerprint({}), "192.0.2.1");
}

// The built-in profiles and no blocklist.
inline const policy::Engine& engine() {
  static const policy::Engine k_engine(policy::ProfileSet(policy::ProfileSet::built_in()), {});
  return k_engine;
}

inline const policy::Profile& built_in(const std::string& name) {
  return *engine().profiles().find(name);
}

inline constexpr policy::Instant k_test_day{std::chrono::seconds(1795404600)};  // 2026-11-23T03:30:00Z

// What an authority signs with, before it has a certificate. It is its own issuer until then.
inline policy::Issuer make_issuer(const std::string& id, const TestKey& key, const policy::Name& subject,
                                  const policy::Validity& validity) {
  return {id,
          subject,
          key.public_key,
          validity,
          policy::KeyId({}),
          policy::default_signature(key.public_key.algorithm()),
          -1,
          "http://pki.example.test/" + id + ".crl",
          "http://pki.example.test/" + id + ".cer"};
}

struct TestAuthority {
  TestKey key;
  policy::Issuer issuer;
  policy::Bytes certificate;

  // A certificate of `profile`, through the engine's decision; throws with the denial if it is refused.
  policy::Bytes issue(const std::string& profile, const TestKey& subject_key, const policy::Name& subject,
                      const std::vector<policy::GeneralName>& names = {},
                      policy::Instant now = k_test_day) const {
    const auto request =
        policy::IssuanceRequest::for_token_key(profile, subject_key.public_key, subject, names);
    const auto role = *built_in(profile).roles.begin();
    const auto decision = engine().decide(request, issuer, someone(role), next_serial(), now);
    if (const auto* denial = policy::denied(decision))
      throw std::runtime_error(denial->rule + ": " + denial->detail);
    return signed_by(key, std::get<policy::Approved<policy::TbsCertificate>>(decision).tbs());
  }

  static TestAuthority root(policy::KeyAlgorithm algorithm, policy::Instant now = k_test_day) {
    const TestKey key = make_key(algorithm);
    const auto subject = name_of({{"C", "JP"}, {"O", "Example Bank"}, {"CN", "Example Root"}});
    TestAuthority self{
        key, make_issuer("root", key, subject, built_in("root-ca").validity.validity(now)), {}};
    self.certificate = self.issue("root-ca", key, subject, {}, now);
    return self;
  }

  TestAuthority under(policy::KeyAlgorithm algorithm, policy::Instant now = k_test_day) const {
    const TestKey below = make_key(algorithm);
    const auto subject = name_of({{"C", "JP"}, {"O", "Example Bank"}, {"CN", "Example Issuing"}});
    TestAuthority child{below,
                        make_issuer("issuing", below, subject, built_in("issuing-ca").validity.validity(now)),
                        issue("issuing-ca", below, subject, {}, now)};
    child.issuer.path_length = 0;
    return child;
  }
};

// For judges that have no option for the time: certtool, and openssl crl.
inline policy::Instant today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// One root (P-384) and one issuing authority (P-256) under it, made once per program and day.
struct TestChain {
  policy::Instant now;
  TestAuthority root = TestAuthority::root(policy::KeyAlgorithm::ec_p384, now);
  TestAuthority issuing = root.under(policy::KeyAlgorithm::ec_p256, now);
  TestKey subject_key = make_key(policy::KeyAlgorithm::ec_p256);

  static const TestChain& one() {
    static const TestChain k_chain{k_test_day};
    return k_chain;
  }
  static const TestChain& of_today() {
    static const TestChain k_chain{today()};
    return k_chain;
  }
};

}  // namespace inkan::test
