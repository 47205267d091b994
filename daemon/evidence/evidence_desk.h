// Takes orders for evidence packs, makes them one after the other, and has the evidence key sign them. A pack
// is two files, <id>.tar and <id>.note; it is ready when both are there. Whatever else is there is made anew:
// a pack's octets follow from its id.
#pragma once

#include <atomic>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "api/authority.h"
#include "daemon/ledger/checkpoint_keeper.h"
#include "daemon/ledger/unfinished.h"
#include "pkcs11/evidence_signer.h"

namespace inkan::daemon {

class EvidenceDesk {
 public:
  static constexpr std::size_t k_most_orders = 16;  // that wait, or failed and are remembered

  EvidenceDesk(Store& store, IntentLedger& ledger, Unfinished& unfinished, CheckpointKeeper& checkpoints,
               const TileFiles& tiles, pkcs11::EvidenceSigner& signer, std::filesystem::path folder);

  // As api::Authority has them. A pack that is ready already is recorded as given to this caller too.
  // Error{unavailable} if no checkpoint covers what was before now by the call's deadline, or too many wait.
  api::EvidenceRecord order(const api::Call& call, const api::EvidenceOrder& order);
  std::optional<api::EvidenceRecord> find(const std::string& id) const;
  std::optional<api::EvidenceFiles> files(const std::string& id) const;

  // Makes what is ordered. A pack that could not be made is told to whoever asks for it; the first such
  // failure is thrown after the others were tried.
  void make_ordered();
  void stop() { stopping_ = true; }  // make_ordered() gives up soon
  void forget_older_than(std::chrono::hours age);

 private:
  struct Order {
    policy::EvidenceScope scope;
    policy::Identity recipient;
    std::string failure;  // empty: it waits, or is being made
  };

  policy::EvidenceScope scope_of(const api::Call& call, const api::EvidenceOrder& order);
  std::optional<api::EvidenceRecord> ready(const policy::EvidenceId& id) const;
  std::optional<Order> next_order() const;
  void make_room();  // for one order more; under mutex_
  void make(const Order& order);
  std::filesystem::path archive(const std::string& id) const { return folder_ / (id + ".tar"); }
  std::filesystem::path note(const std::string& id) const { return folder_ / (id + ".note"); }

  Store& store_;
  IntentLedger& ledger_;
  Unfinished& unfinished_;
  CheckpointKeeper& checkpoints_;
  const TileFiles& tiles_;
  pkcs11::EvidenceSigner& signer_;
  std::filesystem::path folder_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;             // guards orders_
  std::map<std::string, Order> orders_;  // by id; those that are not ready
};

}  // namespace inkan::daemon
