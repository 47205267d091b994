#include "pkcs11/evidence_signer.h"

#include "pkcs11/key_signer.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {

EvidenceSigner::EvidenceSigner(std::shared_ptr<Token> token, KeyRecord record) {
  using policy::KeyAlgorithm;
  if (record.algorithm != KeyAlgorithm::ed25519 && record.algorithm != KeyAlgorithm::ec_p256)
    throw policy::Error(policy::ErrorCode::config,
                        "evidence key " + record.label + " is " +
                            std::string(policy::name(record.algorithm)) +
                            "; evidence is signed by Ed25519 or EC P-256 keys (C2SP signed-note)");
  signer_.reset(new KeySigner(std::move(token), std::move(record), {policy::KeyPurpose::evidence}));
}

EvidenceSigner::~EvidenceSigner() = default;

SignOutcome EvidenceSigner::sign(policy::Recorded<policy::EvidenceStatement>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::bare, deadline);
}

SignOutcome EvidenceSigner::sign(policy::Recorded<policy::Transcript>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::bare, deadline);
}

SignOutcome EvidenceSigner::sign(policy::Recorded<policy::Canary>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::bare, deadline, true);
}

bool EvidenceSigner::needs_canary() const {
  return signer_->needs_canary();
}
std::string EvidenceSigner::out_of_service() const {
  return signer_->out_of_service();
}
void EvidenceSigner::on_late(std::function<void(policy::LeafIndex, Signed)> callback) {
  if (!callback) return signer_->on_late({});
  signer_->on_late([callback = std::move(callback)](policy::LeafIndex intent, Signed late, bool) {
    callback(intent, std::move(late));
  });
}
const KeyRecord& EvidenceSigner::key() const {
  return signer_->record();
}

}  // namespace inkan::pkcs11
