// Keys, recorded values and an outside verdict for the tests of the token's signers.
#pragma once

#include <gtest/gtest.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "pkcs11/token_keys.h"
#include "policy/canary.h"
#include "policy/engine.h"
#include "tests/support/softhsm_token.h"
#include "tests/support/test_ledger.h"

namespace inkan::tests {

inline pkcs11::Deadline in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}
inline constexpr std::chrono::milliseconds k_patience{10000};

inline policy::KeyId new_key_id() {
  std::array<std::uint8_t, 16> octets{};
  if (RAND_bytes(octets.data(), octets.size()) != 1) throw std::runtime_error("no random octets");
  return policy::KeyId(octets);
}

inline pkcs11::KeyRecord new_key(pkcs11::Token& token, policy::KeyPurpose purpose,
                                 policy::KeyAlgorithm algorithm, int rsa_bits = 2048,
                                 std::optional<policy::SignatureAlgorithm> signature = std::nullopt) {
  return pkcs11::generate_key(token, purpose, algorithm, rsa_bits, "test", new_key_id(), signature);
}

inline policy::Recorded<policy::Canary> new_canary(const pkcs11::KeyRecord& key) {
  static daemon::IntentLedger ledger;
  policy::Canary::Nonce nonce{};
  if (RAND_bytes(nonce.data(), nonce.size()) != 1) throw std::runtime_error("no random octets");
  return ledger.record(policy::Engine::approve(policy::Canary(key.id, key.signature_algorithm, nonce)));
}

// OpenSSL's own word, from the SubjectPublicKeyInfo's octets on; nothing of ours in between.
inline bool openssl_verifies(const pkcs11::KeyRecord& key, policy::BytesView message,
                             policy::BytesView signature) {
  using policy::SignatureAlgorithm;
  const unsigned char* at = key.spki.data();
  const policy::EvpPkeyPtr public_key(d2i_PUBKEY(nullptr, &at, static_cast<long>(key.spki.size())));
  if (!public_key) return false;
  const auto algorithm = key.signature_algorithm;
  const EVP_MD* md = nullptr;
  if (algorithm != SignatureAlgorithm::ed25519) {
    const auto hash = policy::hash_of(algorithm);
    md = hash == policy::HashAlgorithm::sha256   ? EVP_sha256()
         : hash == policy::HashAlgorithm::sha384 ? EVP_sha384()
                                                 : EVP_sha512();
  }
  const bool pss = algorithm == SignatureAlgorithm::rsa_pss_sha256 ||
                   algorithm == SignatureAlgorithm::rsa_pss_sha384 ||
                   algorithm == SignatureAlgorithm::rsa_pss_sha512;
  const policy::EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &parameters, md, nullptr, public_key.get()) != 1) return false;
  if (pss && (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
              EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace inkan::tests
