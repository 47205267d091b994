// Signs the log's head whenever it has grown, and keeps the note in the database and outside it.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>

#include "daemon/ledger/intent_ledger.h"
#include "pkcs11/checkpoint_signer.h"

namespace inkan::daemon {

class CheckpointKeeper {
 public:
  CheckpointKeeper(IntentLedger& ledger, pkcs11::CheckpointSigner& signer, policy::NoteVerifier verifier,
                   std::filesystem::path file);

  // Signs and publishes a checkpoint if leaves came since the last. Throws Error{unavailable} if the token
  // did not sign: the next turn tries again.
  void publish();

  std::string note() const;       // newest; empty before the first
  std::uint64_t covered() const;  // leaves it covers
  const policy::NoteVerifier& verifier() const { return verifier_; }

 private:
  IntentLedger& ledger_;
  pkcs11::CheckpointSigner& signer_;
  policy::NoteVerifier verifier_;
  std::filesystem::path file_;
  std::mutex publishing_;     // one at a time: sizes only grow
  mutable std::mutex mutex_;  // guards note_, covered_
  std::string note_;
  std::uint64_t covered_ = 0;
};

}  // namespace inkan::daemon
