// Signs the log's head whenever it has grown, and keeps the note in the database and outside it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "daemon/ledger/intent_ledger.h"
#include "daemon/ledger/tile_files.h"
#include "pkcs11/checkpoint_signer.h"

namespace inkan::daemon {

class CheckpointKeeper {
 public:
  CheckpointKeeper(IntentLedger& ledger, TileFiles& tiles, pkcs11::CheckpointSigner& signer,
                   policy::NoteVerifier verifier, std::filesystem::path file);

  // Signs a checkpoint if leaves came since the last, and brings the static files to it. Throws
  // Error{unavailable} if the token did not sign, Error{store} if a file cannot be written: the next turn
  // tries again.
  void publish();

  // A witness's line under the checkpoint of `head`: kept with it, published if it is still the newest, and
  // told by a leaf. The line is known to be good. Throws Error{store} if it could not be kept, {unavailable}
  // while the ledger's files lag.
  void add_cosignature(const policy::TreeHead& head, const std::string& line);

  std::string note() const;         // newest; empty before the first
  StoredCheckpoint newest() const;  // of size 0 before the first
  std::uint64_t covered() const;    // leaves it covers
  // Leaves that need no further checkpoint: the covered ones, and those after them that tell of cosignatures.
  std::uint64_t accounted() const;
  // The checkpoint to prove the leaf by, which one covers: of those with the most cosigners, the newest.
  StoredCheckpoint best_for(policy::LeafIndex leaf) const;
  // Waits until a checkpoint covers the leaf, at most until `deadline`. False if none came.
  bool wait_for(policy::LeafIndex leaf, std::chrono::steady_clock::time_point deadline) const;
  // The same for the first `size` leaves, as far as they call for a checkpoint: accounted().
  bool wait_until_accounted(std::uint64_t size, std::chrono::steady_clock::time_point deadline) const;
  std::optional<policy::Instant> signed_at() const;  // nothing before the first of this run
  const policy::NoteVerifier& verifier() const { return verifier_; }

 private:
  void sign(const policy::TreeHead& head);
  std::string keep_cosignature(const policy::TreeHead& head, const std::string& line);

  IntentLedger& ledger_;
  TileFiles& tiles_;
  pkcs11::CheckpointSigner& signer_;
  policy::NoteVerifier verifier_;
  std::filesystem::path file_;
  std::mutex publishing_;     // one at a time: sizes only grow
  mutable std::mutex mutex_;  // guards all below
  mutable std::condition_variable published_;
  std::string note_;
  policy::TreeHead head_{0, policy::empty_root()};
  std::optional<policy::Instant> signed_at_;
  std::uint64_t resting_ = 0;                         // the end of the log.checkpoint leaves behind head_
  std::map<std::size_t, StoredCheckpoint> cosigned_;  // by number of cosigners: the newest with as many
};

}  // namespace inkan::daemon
