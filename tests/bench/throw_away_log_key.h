// For the benchmarks of long logs: an Ed25519 key to seal a head with, and a log like a daemon's.
#pragma once

#include <stdexcept>

#include "policy/log/checkpoint.h"
#include "policy/x509/openssl.h"
#include "tests/support/log_story.h"

namespace inkan::bench {

class ThrowAwayLogKey {
 public:
  const policy::NoteVerifier& verifier() const { return verifier_; }

  std::string seal(const policy::TreeHead& head) const {
    const policy::CheckpointBody body(verifier_.origin(), head, policy::KeyId({}), verifier_.algorithm());
    const auto message = body.to_be_signed();
    policy::Bytes signature(64);
    std::size_t size = signature.size();
    const policy::EvpMdCtxPtr context(EVP_MD_CTX_new());
    if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1)
      throw std::runtime_error("cannot sign");
    return verifier_.seal(body, signature);
  }

 private:
  static policy::PublicKey public_half(EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    const policy::Bytes spki(der, der + size);
    OPENSSL_free(der);
    return std::get<policy::PublicKey>(policy::PublicKey::parse(spki));
  }

  policy::EvpPkeyPtr key_{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  policy::NoteVerifier verifier_{"bench.example.test/log", public_half(key_.get())};
};

// So many leaves: four of a hundred certificates are revoked, a CRL follows every thousand.
inline void tell(test::LogStory& story, std::uint64_t leaves) {
  story.set_up();
  for (std::uint64_t issued = 0; story.head().size + 3 <= leaves; ++issued) {
    const auto serial = story.issue();
    if (issued % 25 == 0) story.revoke(serial);
    if (issued % 1000 == 0) story.crl();
  }
}

}  // namespace inkan::bench
