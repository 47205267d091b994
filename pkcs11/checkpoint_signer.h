// The ledger's key: signs checkpoints of the log and its own canary, nothing else.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "pkcs11/sign_outcome.h"
#include "pkcs11/token_keys.h"
#include "policy/approval.h"
#include "policy/canary.h"
#include "policy/log/checkpoint.h"

namespace inkan::pkcs11 {

class KeySigner;

class CheckpointSigner {
 public:
  // Throws Error{internal} unless the purpose is ledger, Error{config} unless the key is Ed25519 or P-256: no
  // verifier of C2SP notes reads another.
  CheckpointSigner(std::shared_ptr<Token> token, KeyRecord record);
  ~CheckpointSigner();

  // As CaSigner::sign, the canary included. Signed::object is the signature alone.
  SignOutcome sign(policy::Recorded<policy::CheckpointBody>&& recorded, Deadline deadline);
  SignOutcome sign(policy::Recorded<policy::Canary>&& recorded, Deadline deadline);

  bool needs_canary() const;
  std::string out_of_service() const;
  // As CaSigner::on_late. The intents of checkpoints are counted apart from those of canaries.
  using Late = std::function<void(policy::LeafIndex intent, Signed late)>;
  void on_late(Late checkpoint, Late canary);
  const KeyRecord& key() const;

 private:
  std::unique_ptr<KeySigner> signer_;
};

}  // namespace inkan::pkcs11
