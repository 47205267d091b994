#include "daemon/evidence/evidence_desk.h"

#include "daemon/atomic_file.h"
#include "daemon/authority/open_authorities.h"
#include "daemon/clock.h"
#include "daemon/evidence/pack_writer.h"
#include "daemon/fault_point.h"
#include "policy/engine.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::EvidenceId;

namespace {

api::EvidenceRecord record_of(const EvidenceId& id, const std::string& name, const std::string& status) {
  return {name, status, id.tree_size, id.from, id.to};
}

}  // namespace

EvidenceDesk::EvidenceDesk(Store& store, IntentLedger& ledger, Unfinished& unfinished,
                           CheckpointKeeper& checkpoints, const TileFiles& tiles,
                           pkcs11::EvidenceSigner& signer, std::filesystem::path folder)
    : store_(store),
      ledger_(ledger),
      unfinished_(unfinished),
      checkpoints_(checkpoints),
      tiles_(tiles),
      signer_(signer),
      folder_(std::move(folder)) {}

policy::EvidenceScope EvidenceDesk::scope_of(const api::Call& call, const api::EvidenceOrder& order) {
  if (order.to > now())
    throw Error(ErrorCode::invalid_input,
                "the period ends at " + policy::to_rfc3339(order.to) +
                    ", which is not past yet: what comes until then would be missing");
  if (!order.tree_size) {
    // Whatever was before now must be under it. The checkpoint's own job signs: a token that is out keeps
    // nobody here beyond his time.
    if (!checkpoints_.wait_until_accounted(ledger_.writer().head().size, call.deadline))
      throw Error(ErrorCode::unavailable, "no checkpoint covers the log's last leaves yet");
    return {checkpoints_.newest().head, order.from, order.to};
  }
  const auto signed_note = store_.checkpoint_note(*order.tree_size);
  const auto head = signed_note ? checkpoints_.verifier().open(*signed_note) : std::nullopt;
  if (!head)
    throw Error(
        ErrorCode::invalid_input,
        "no checkpoint has " + std::to_string(*order.tree_size) +
            " leaves: leave tree_size out for one that is signed now, or give the size of one you hold");
  return {*head, order.from, order.to};
}

api::EvidenceRecord EvidenceDesk::order(const api::Call& call, const api::EvidenceOrder& wanted) {
  const auto scope = scope_of(call, wanted);
  const EvidenceId id{scope.tree.size, scope.from, scope.to};
  const auto name = scope.id();
  if (auto there = ready(id)) {
    ledger_.complete_evidence(std::nullopt, id, *policy::Sha256::from_hex(there->sha256), call.identity, 0);
    return *there;
  }
  const std::lock_guard lock(mutex_);
  const auto known = orders_.find(name);
  if (known != orders_.end() && known->second.failure.empty()) return record_of(id, name, "preparing");
  make_room();
  orders_.insert_or_assign(name, Order{scope, call.identity, ""});
  return record_of(id, name, "preparing");
}

// Packs are made one after the other: whoever orders more than a few waits, and does not fill the memory.
void EvidenceDesk::make_room() {
  const auto failed = [](const auto& order) { return !order.second.failure.empty(); };
  if (orders_.size() >= k_most_orders) std::erase_if(orders_, failed);
  if (orders_.size() >= k_most_orders)
    throw Error(ErrorCode::unavailable, std::to_string(orders_.size()) + " evidence packs wait to be made");
}

std::optional<api::EvidenceRecord> EvidenceDesk::ready(const EvidenceId& id) const {
  const auto name = policy::EvidenceScope{{id.tree_size, policy::empty_root()}, id.from, id.to}.id();
  const auto text = read_file(note(name));
  std::error_code absent;
  const auto octets = std::filesystem::file_size(archive(name), absent);
  if (!text || absent) return std::nullopt;
  auto record = record_of(id, name, "ready");
  record.octets = octets;
  try {
    const auto statement = policy::open_statement(checkpoints_.verifier().origin(), *text);
    if (statement.scope.id() != name) return std::nullopt;
    record.sha256 = statement.pack.hex();
  } catch (const Error&) {
    return std::nullopt;  // what is damaged is made again
  }
  return record;
}

std::optional<api::EvidenceRecord> EvidenceDesk::find(const std::string& name) const {
  const auto id = EvidenceId::parse(name);
  if (!id) return std::nullopt;
  if (auto there = ready(*id); there && there->id == name) return there;
  const std::lock_guard lock(mutex_);
  const auto ordered = orders_.find(name);
  if (ordered == orders_.end()) return std::nullopt;
  const auto& failure = ordered->second.failure;
  auto record = record_of(*id, name, failure.empty() ? "preparing" : "failed");
  record.why = failure;
  return record;
}

std::optional<api::EvidenceFiles> EvidenceDesk::files(const std::string& name) const {
  const auto record = find(name);
  if (!record || record->status != "ready") return std::nullopt;
  return api::EvidenceFiles{archive(name), read_file(note(name)).value_or("")};
}

std::optional<EvidenceDesk::Order> EvidenceDesk::next_order() const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, order] : orders_)
    if (order.failure.empty()) return order;
  return std::nullopt;
}

void EvidenceDesk::make_ordered() {
  std::exception_ptr first;
  while (const auto order = next_order()) {
    std::string failure;
    try {
      make(*order);
    } catch (const std::exception& error) {
      failure = error.what();
      if (!first) first = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (failure.empty())
      orders_.erase(order->scope.id());
    else
      orders_.at(order->scope.id()).failure = failure;
  }
  if (first) std::rethrow_exception(first);
}

void EvidenceDesk::make(const Order& order) {
  const auto& key = signer_.key();
  // No intent is spent on a key that cannot sign now.
  if (signer_.needs_canary())
    throw Error(ErrorCode::unavailable, "the evidence key " + key.label + " awaits its canary");
  const auto name = order.scope.id();
  const EvidenceId id{order.scope.tree.size, order.scope.from, order.scope.to};
  if (std::filesystem::create_directories(folder_))
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  // 1. The archive: in its place, and worth nothing before its note is there.
  const auto written = folder_ / "making.tar";
  const auto sha256 = write_pack(store_, tiles_, checkpoints_.verifier(), order.scope, written,
                                 [this] { return !stopping_; });
  put_in_place_durably(written, archive(name));
  fault_point("evidence.archived");
  // 2. The signature: recorded, made, its outcome in the log, and only then given out.
  const auto public_key = public_key_of(key);
  const policy::EvidenceStatement statement(checkpoints_.verifier().origin(), order.scope, sha256, public_key,
                                            key.id, key.signature_algorithm);
  auto recorded = ledger_.record(policy::Engine::approve(statement), order.recipient);
  const policy::LeafIndex intent = recorded.intent();
  fault_point("evidence.before-sign");
  const auto done = unfinished_.sign(signer_, std::move(recorded),
                                     std::chrono::steady_clock::now() + std::chrono::seconds(10),
                                     order.recipient, "no signature for the evidence pack " + name);
  fault_point("evidence.after-sign");
  unfinished_.complete(intent, order.recipient,
                       [&] { ledger_.complete_evidence(intent, id, sha256, order.recipient, done.tries); });
  fault_point("evidence.before-note");
  write_file_durably(note(name), policy::evidence_verifier(checkpoints_.verifier().origin(), public_key)
                                     .seal(statement.to_be_signed(), done.signature));
}

void EvidenceDesk::forget_older_than(std::chrono::hours age) {
  if (!std::filesystem::exists(folder_)) return;
  const auto oldest = std::filesystem::file_time_type::clock::now() - age;
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    if (std::filesystem::last_write_time(entry.path()) < oldest) std::filesystem::remove(entry.path());
}

}  // namespace inkan::daemon
