#include "pkcs11/ca_signer.h"

#include "pkcs11/key_signer.h"

namespace inkan::pkcs11 {

using policy::KeyPurpose;

CaSigner::CaSigner(std::shared_ptr<Token> token, KeyRecord record)
    : signer_(new KeySigner(std::move(token), std::move(record), {KeyPurpose::ca, KeyPurpose::crl})) {}

CaSigner::~CaSigner() = default;

SignOutcome CaSigner::sign(policy::Recorded<policy::TbsCertificate>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::object, deadline);
}

SignOutcome CaSigner::sign(policy::Recorded<policy::TbsCertList>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::object, deadline);
}

SignOutcome CaSigner::sign(policy::Recorded<policy::TbsCertificationRequest>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::object, deadline);
}

SignOutcome CaSigner::sign(policy::Recorded<policy::Canary>&& recorded, Deadline deadline) {
  return signer_->sign(std::move(recorded), KeySigner::Shape::bare, deadline, true);
}

bool CaSigner::needs_canary() const {
  return signer_->needs_canary();
}
std::string CaSigner::out_of_service() const {
  return signer_->out_of_service();
}
void CaSigner::on_late(std::function<void(policy::LeafIndex, Signed)> callback) {
  if (!callback) return signer_->on_late({});
  signer_->on_late([callback = std::move(callback)](policy::LeafIndex intent, Signed late, bool) {
    callback(intent, std::move(late));
  });
}
const KeyRecord& CaSigner::key() const {
  return signer_->record();
}

}  // namespace inkan::pkcs11
