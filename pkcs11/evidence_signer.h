// The evidence key: signs statements about evidence packs, the transcript of a ceremony and its own canary,
// nothing else.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "pkcs11/sign_outcome.h"
#include "pkcs11/token_keys.h"
#include "policy/approval.h"
#include "policy/canary.h"
#include "policy/evidence/statement.h"
#include "policy/evidence/transcript.h"

namespace inkan::pkcs11 {

class KeySigner;

class EvidenceSigner {
 public:
  // Throws Error{internal} unless the purpose is evidence, Error{config} unless the key is Ed25519 or P-256:
  // no verifier of C2SP notes reads another.
  EvidenceSigner(std::shared_ptr<Token> token, KeyRecord record);
  ~EvidenceSigner();

  // As CaSigner::sign, the canary included. Signed::object is the signature alone.
  SignOutcome sign(policy::Recorded<policy::EvidenceStatement>&& recorded, Deadline deadline);
  SignOutcome sign(policy::Recorded<policy::Transcript>&& recorded, Deadline deadline);
  SignOutcome sign(policy::Recorded<policy::Canary>&& recorded, Deadline deadline);

  bool needs_canary() const;
  std::string out_of_service() const;
  // As CaSigner::on_late.
  void on_late(std::function<void(policy::LeafIndex intent, Signed late)> callback);
  const KeyRecord& key() const;

 private:
  std::unique_ptr<KeySigner> signer_;
};

}  // namespace inkan::pkcs11
