#include "daemon/authority/key_keeper.h"

#include "daemon/clock.h"
#include "policy/engine.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

template <class Signer>
void KeyKeeper::sign_canary(Signer& signer) {
  if (!signer.needs_canary() || !signer.out_of_service().empty()) return;
  const auto& key = signer.key();
  // No intent is spent on a token that is out: it would be two leaves a turn.
  if (const auto status = tokens_.find(key.token)->in_use().status();
      status.state != pkcs11::TokenState::ready && !status.slow)
    throw Error(ErrorCode::unavailable, "token " + status.name + " is " +
                                            std::string(pkcs11::name(status.state)) + ": " + status.detail);
  policy::Canary::Nonce nonce;
  random_octets(nonce);
  auto recorded = ledger_.record(
      policy::Engine::approve(policy::Canary(key.id, key.signature_algorithm, nonce)), key.label);
  const policy::LeafIndex intent = recorded.intent();
  const auto job = policy::Identity::system_job("key-keeper");
  unfinished_.sign(signer, std::move(recorded), std::chrono::steady_clock::now() + std::chrono::seconds(10),
                   job, "key " + key.label + " made no canary");
  unfinished_.complete(intent, job, [&] { ledger_.complete_canary(intent, key.label); });
}

void KeyKeeper::make_canary(CertificateAuthority& authority) {
  sign_canary(*authority.signer);
}
void KeyKeeper::make_canary(pkcs11::OcspSigner& signer) {
  sign_canary(signer);
}

void KeyKeeper::make_canaries() {
  // A key that cannot must not keep the others from theirs.
  std::exception_ptr first;
  const auto attempt = [&](auto& signer) {
    try {
      sign_canary(signer);
    } catch (const std::exception&) {
      if (!first) first = std::current_exception();
    }
  };
  attempt(checkpoint_signer_);
  for (const auto& authority : authorities_.signing()) attempt(*authority->signer);
  attempt(evidence_signer_);
  if (ocsp_signer_) attempt(*ocsp_signer_);
  if (first) std::rethrow_exception(first);
}

void KeyKeeper::probe() {
  std::string failure;
  for (const auto& each : probes_) {
    const auto outcome = each->probe(std::chrono::steady_clock::now() + std::chrono::seconds(5));
    if (const auto* failed = std::get_if<pkcs11::NotSigned>(&outcome))
      failure = each->key().token + ": " + failed->reason;
    if (const auto* unknown = std::get_if<pkcs11::PossiblySigned>(&outcome))
      failure = each->key().token + ": " + unknown->reason;
  }
  const std::lock_guard lock(mutex_);
  failure_ = failure;
  if (failure.empty()) last_good_ = std::chrono::steady_clock::now();
}

std::optional<std::chrono::seconds> KeyKeeper::probe_age() const {
  const std::lock_guard lock(mutex_);
  if (!last_good_) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - *last_good_);
}

std::string KeyKeeper::probe_failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace inkan::daemon
