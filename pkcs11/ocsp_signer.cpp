#include "pkcs11/ocsp_signer.h"

#include "pkcs11/key_signer.h"

namespace inkan::pkcs11 {

OcspSigner::OcspSigner(std::shared_ptr<Token> token, KeyRecord record) {
  signer_.reset(new KeySigner(std::move(token), std::move(record), {policy::KeyPurpose::ocsp}));
}

OcspSigner::~OcspSigner() = default;

SignOutcome OcspSigner::sign(policy::Recorded<policy::OcspResponseData>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::bare, deadline);
}

SignOutcome OcspSigner::sign(policy::Recorded<policy::Canary>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::bare, deadline, true);
}

bool OcspSigner::needs_canary() const {
  return signer_->needs_canary();
}
std::string OcspSigner::out_of_service() const {
  return signer_->out_of_service();
}
void OcspSigner::on_late(std::function<void(policy::LeafIndex, Signed)> callback) {
  if (!callback) return signer_->on_late({});
  signer_->on_late([callback = std::move(callback)](policy::LeafIndex intent, Signed late, bool canary) {
    if (canary) callback(intent, std::move(late));
  });
}
const KeyRecord& OcspSigner::key() const {
  return signer_->record();
}

}  // namespace inkan::pkcs11
