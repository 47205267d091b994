// Asks the auditors' witnesses to cosign each new checkpoint. Whatever they do, checkpoints and issuing go
// on.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "daemon/ledger/checkpoint_keeper.h"
#include "daemon/ledger/witness_client.h"
#include "policy/types/error.h"

namespace inkan::daemon {

struct CosignerStatus {
  std::string name;
  std::uint64_t size = 0;             // leaves of the newest checkpoint that it cosigned in this run
  std::optional<policy::Instant> at;  // when, by the witness's clock
  std::string failure;                // why the newest is not cosigned; empty: it is, or will be at once
  bool refused = false;               // it says that this is not the log that it cosigned
};

// One witness. turn() is one thread's; the rest is anyone's.
class Cosigner {
 public:
  Cosigner(const WitnessSettings& settings, CheckpointKeeper& keeper, const TileFiles& tiles);

  // Has the newest checkpoint cosigned if it is not yet. Throws what stands in the way, and again until the
  // time for the next try has come.
  void turn();
  CosignerStatus status() const;
  const std::string& name() const { return verifier_.name(); }
  WitnessClient& client() { return client_; }

 private:
  void submit(const StoredCheckpoint& newest);
  std::vector<policy::Sha256> proof_for(const StoredCheckpoint& newest) const;
  void accept(const StoredCheckpoint& newest, const std::string& answer);
  void take_known_size(const StoredCheckpoint& newest, const std::string& answer);
  void fail(const policy::Error& error);

  policy::CosignatureVerifier verifier_;
  CheckpointKeeper& keeper_;
  const TileFiles& tiles_;
  WitnessClient client_;
  // The turning thread's alone.
  std::uint64_t known_ = 0;  // the size that the witness cosigned last, as far as we know
  int failures_ = 0;
  std::chrono::steady_clock::time_point next_try_;

  mutable std::mutex mutex_;  // guards status_
  CosignerStatus status_;
};

class Cosigning {
 public:
  Cosigning(const std::vector<WitnessSettings>& witnesses, CheckpointKeeper& keeper, const TileFiles& tiles);

  const std::vector<std::unique_ptr<Cosigner>>& all() const { return cosigners_; }  // never changes
  void cut_what_is_late();
  void cut();  // the daemon is stopping

 private:
  std::vector<std::unique_ptr<Cosigner>> cosigners_;
};

}  // namespace inkan::daemon
