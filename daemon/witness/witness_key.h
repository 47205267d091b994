// The witness's own key: Ed25519, in a PEM file that nobody else can read. It is no key of the CA.
#pragma once

#include <filesystem>

#include "policy/log/cosignature.h"
#include "policy/x509/openssl.h"

namespace inkan::daemon::witness {

class WitnessKey {
 public:
  // A new key, written to `file`, which must not exist yet. Throws policy::Error{store}.
  static WitnessKey make(const std::filesystem::path& file, const std::string& name);
  // Throws policy::Error{key} if the file holds no Ed25519 key in PEM, or others may read it.
  static WitnessKey load(const std::filesystem::path& file, const std::string& name);

  const policy::CosignatureVerifier& verifier() const { return verifier_; }
  // The signature line over the note's body.
  std::string cosign(std::string_view body, policy::Instant now) const;

 private:
  WitnessKey(policy::EvpPkeyPtr key, const std::string& name);

  policy::EvpPkeyPtr key_;
  policy::CosignatureVerifier verifier_;
};

}  // namespace inkan::daemon::witness
