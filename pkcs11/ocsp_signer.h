// The key of the delegated OCSP responders: signs responses and its own canary, nothing else.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "pkcs11/sign_outcome.h"
#include "pkcs11/token_keys.h"
#include "policy/approval.h"
#include "policy/canary.h"
#include "policy/ocsp/ocsp_response.h"

namespace inkan::pkcs11 {

class KeySigner;

class OcspSigner {
 public:
  // Throws Error{internal} unless the purpose is ocsp.
  OcspSigner(std::shared_ptr<Token> token, KeyRecord record);
  ~OcspSigner();

  // As CaSigner::sign, the canary included. Signed::object is the signature alone.
  SignOutcome sign(policy::Recorded<policy::OcspResponseData>&& recorded, Deadline deadline);
  SignOutcome sign(policy::Recorded<policy::Canary>&& recorded, Deadline deadline);

  bool needs_canary() const;
  std::string out_of_service() const;
  // As CaSigner::on_late, for the canary's alone: a response that comes late is for nobody, and the intent of
  // its batch has its outcome.
  void on_late(std::function<void(policy::LeafIndex intent, Signed late)> callback);
  const KeyRecord& key() const;

 private:
  std::unique_ptr<KeySigner> signer_;
};

}  // namespace inkan::pkcs11
