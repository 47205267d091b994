#include "pkcs11/checkpoint_signer.h"

#include "pkcs11/key_signer.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {

CheckpointSigner::CheckpointSigner(std::shared_ptr<Token> token, KeyRecord record) {
  using policy::KeyAlgorithm;
  if (record.algorithm != KeyAlgorithm::ed25519 && record.algorithm != KeyAlgorithm::ec_p256)
    throw policy::Error(policy::ErrorCode::config,
                        "ledger key " + record.label + " is " + std::string(policy::name(record.algorithm)) +
                            "; checkpoints are signed by Ed25519 or EC P-256 keys (C2SP signed-note)");
  signer_.reset(new KeySigner(std::move(token), std::move(record), {policy::KeyPurpose::ledger}));
}

CheckpointSigner::~CheckpointSigner() = default;

SignOutcome CheckpointSigner::sign(policy::Recorded<policy::CheckpointBody>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::bare, deadline);
}

SignOutcome CheckpointSigner::sign(policy::Recorded<policy::Canary>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::bare, deadline, true);
}

bool CheckpointSigner::needs_canary() const {
  return signer_->needs_canary();
}
std::string CheckpointSigner::out_of_service() const {
  return signer_->out_of_service();
}
void CheckpointSigner::on_late(Late checkpoint, Late canary) {
  signer_->on_late([checkpoint = std::move(checkpoint), canary = std::move(canary)](
                       policy::LeafIndex intent, Signed late, bool is_canary) {
    if (const auto& callback = is_canary ? canary : checkpoint) callback(intent, std::move(late));
  });
}
const KeyRecord& CheckpointSigner::key() const {
  return signer_->record();
}

}  // namespace inkan::pkcs11
