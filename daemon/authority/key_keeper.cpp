#include "daemon/authority/key_keeper.h"

#include "daemon/clock.h"
#include "policy/engine.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

template <class Signer>
void KeyKeeper::make_canary(Signer& signer) {
  if (!signer.needs_canary() || !signer.out_of_service().empty()) return;
  const auto& key = signer.key();
  policy::Canary::Nonce nonce;
  random_octets(nonce);
  auto recorded = ledger_.record(
      policy::Engine::approve(policy::Canary(key.id, key.signature_algorithm, nonce)), key.label);
  const policy::LeafIndex intent = recorded.intent();
  const auto job = policy::Identity::system_job("key-keeper");
  pkcs11::SignOutcome outcome;
  try {
    outcome = signer.sign(std::move(recorded), std::chrono::steady_clock::now() + std::chrono::seconds(10));
  } catch (const Error& error) {
    ledger_.possibly_signed(intent, job, {error.what(), 0, 1});
    throw;
  }
  if (std::holds_alternative<pkcs11::Signed>(outcome)) return ledger_.complete_canary(intent, key.label);
  std::string why;
  if (const auto* failed = std::get_if<pkcs11::NotSigned>(&outcome)) {
    why = failed->reason;
    ledger_.fail(intent, job, *failed);
  } else {
    why = std::get<pkcs11::PossiblySigned>(outcome).reason;
    ledger_.possibly_signed(intent, job, std::get<pkcs11::PossiblySigned>(outcome));
  }
  throw Error(ErrorCode::unavailable, "key " + key.label + " made no canary: " + why);
}

void KeyKeeper::make_canaries() {
  make_canary(checkpoint_signer_);
  for (const auto& authority : authorities_.all()) make_canary(*authority->signer);
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
