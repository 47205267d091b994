#include "pkcs11/probe.h"

#include "pkcs11/key_signer.h"

namespace inkan::pkcs11 {

Probe::Probe(std::shared_ptr<Token> token, KeyRecord record)
    : signer_(new KeySigner(std::move(token), std::move(record), {policy::KeyPurpose::probe})) {}

Probe::~Probe() = default;

SignOutcome Probe::probe(Deadline deadline) {
  KeySigner::Request request;
  // Like the canary's, a text that cannot parse as DER.
  request.to_be_signed = policy::as_bytes("INKAN PROBE v1");
  request.needs_proof = false;
  return signer_->sign(std::move(request), deadline);
}

const KeyRecord& Probe::key() const {
  return signer_->record();
}

}  // namespace inkan::pkcs11
