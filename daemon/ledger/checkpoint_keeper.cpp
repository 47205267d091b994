#include "daemon/ledger/checkpoint_keeper.h"

#include "daemon/fault_point.h"
#include "daemon/ledger/checkpoint_file.h"
#include "policy/engine.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

CheckpointKeeper::CheckpointKeeper(IntentLedger& ledger, pkcs11::CheckpointSigner& signer,
                                   policy::NoteVerifier verifier, std::filesystem::path file)
    : ledger_(ledger), signer_(signer), verifier_(std::move(verifier)), file_(std::move(file)) {
  if (const auto note = read_file(file_))
    if (const auto head = verifier_.open(*note)) {
      note_ = *note;
      covered_ = head->size;
    }
}

std::string CheckpointKeeper::note() const {
  const std::lock_guard lock(mutex_);
  return note_;
}

std::uint64_t CheckpointKeeper::covered() const {
  const std::lock_guard lock(mutex_);
  return covered_;
}

void CheckpointKeeper::publish() {
  const std::lock_guard one_at_a_time(publishing_);
  const policy::TreeHead head = ledger_.writer().head();
  if (head.size == covered()) return;
  if (signer_.needs_canary())
    throw Error(ErrorCode::unavailable, "no checkpoint: the ledger key awaits its canary");
  const auto& key = signer_.key();
  const policy::CheckpointBody body(verifier_.origin(), head, key.id, key.signature_algorithm);
  auto recorded = ledger_.record(policy::Engine::approve(body));
  const policy::LeafIndex row = recorded.intent();
  const auto outcome =
      signer_.sign(std::move(recorded), std::chrono::steady_clock::now() + std::chrono::seconds(5));
  const auto* done = std::get_if<pkcs11::Signed>(&outcome);
  if (!done) {
    const auto* not_signed = std::get_if<pkcs11::NotSigned>(&outcome);
    const std::string why = not_signed
                                ? "not signed: " + not_signed->reason
                                : "possibly signed: " + std::get<pkcs11::PossiblySigned>(outcome).reason;
    ledger_.fail_checkpoint(row, why);
    throw Error(ErrorCode::unavailable, "no checkpoint: " + why);
  }
  const std::string note = verifier_.seal(body, done->signature);
  // The file first: were the database ahead of it, the start check could not tell that from a file rolled
  // back.
  fault_point("checkpoint.before-file");
  write_file_durably(file_, note);
  ledger_.complete_checkpoint(row, head, note);
  const std::lock_guard lock(mutex_);
  note_ = note;
  covered_ = head.size;
}

}  // namespace inkan::daemon
