#include "pkcs11/tls_key.h"

#include "pkcs11/key_signer.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;

policy::PublicKey usable_key(const KeyRecord& record) {
  auto parsed = policy::PublicKey::parse(record.spki);
  if (const auto* denial = policy::denied(parsed))
    throw Error(ErrorCode::key, "key " + record.label + ": " + denial->detail);
  auto key = std::get<policy::PublicKey>(std::move(parsed));
  if (key.algorithm() == policy::KeyAlgorithm::ed25519)
    throw Error(ErrorCode::config, "key " + record.label + ": TLS server keys are EC or RSA, not Ed25519");
  return key;
}

}  // namespace

TlsKey::TlsKey(std::shared_ptr<Token> token, KeyRecord record)
    : public_key_(usable_key(record)),
      signer_(new KeySigner(std::move(token), std::move(record), {policy::KeyPurpose::tls})) {}

TlsKey::~TlsKey() = default;

policy::Bytes TlsKey::sign(SignInput input) const {
  const CK_MECHANISM_TYPE mechanism = input.mechanism;
  const auto deadline = std::chrono::steady_clock::now() + signer_->token()->config().queue_deadline;
  const RawOutcome raw = signer_->sign_input(std::move(input), deadline);
  if (raw.kind != RawOutcome::Kind::made) throw Error(ErrorCode::unavailable, "TLS key: " + raw.reason);
  auto signature = encode_signature(mechanism, raw.signature);
  if (!signature) throw Error(ErrorCode::key, "TLS key: the token returned no signature");
  return std::move(*signature);
}

}  // namespace inkan::pkcs11
