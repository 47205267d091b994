#include "daemon/ledger/checkpoint_keeper.h"

#include "daemon/atomic_file.h"
#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/engine.h"
#include "policy/log/note.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

std::vector<std::string> cosigners_of(const std::string& note, const policy::NoteVerifier& log) {
  std::vector<std::string> names;
  if (const auto parsed = policy::SignedNote::parse(note))
    for (const auto& signature : parsed->signatures)
      if (signature.name != log.origin()) names.emplace_back(signature.name);
  return names;
}

bool is_new_signer(const std::string& note, const std::string& line) {
  const std::string longer = note + line;
  const auto parsed = policy::SignedNote::parse(longer);
  if (!parsed) throw Error(ErrorCode::internal, "a cosignature is no line of a note");
  const auto& last = parsed->signatures.back();
  return parsed->find(last.name, last.key_id) == &last;
}

}  // namespace

CheckpointKeeper::CheckpointKeeper(IntentLedger& ledger, TileFiles& tiles, pkcs11::CheckpointSigner& signer,
                                   policy::NoteVerifier verifier, std::filesystem::path file)
    : ledger_(ledger),
      tiles_(tiles),
      signer_(signer),
      verifier_(std::move(verifier)),
      file_(std::move(file)) {
  if (const auto note = read_file(file_))
    if (const auto head = verifier_.open(*note)) {
      note_ = *note;
      head_ = *head;
    }
}

std::string CheckpointKeeper::note() const {
  const std::lock_guard lock(mutex_);
  return note_;
}

StoredCheckpoint CheckpointKeeper::newest() const {
  const std::lock_guard lock(mutex_);
  return {head_, note_};
}

std::uint64_t CheckpointKeeper::covered() const {
  const std::lock_guard lock(mutex_);
  return head_.size;
}

std::uint64_t CheckpointKeeper::accounted() const {
  const std::lock_guard lock(mutex_);
  return std::max(head_.size, resting_);
}

StoredCheckpoint CheckpointKeeper::best_for(policy::LeafIndex leaf) const {
  const std::lock_guard lock(mutex_);
  for (auto most = cosigned_.rbegin(); most != cosigned_.rend(); ++most)
    if (most->second.head.size > leaf) return most->second;
  return {head_, note_};
}

std::optional<policy::Instant> CheckpointKeeper::signed_at() const {
  const std::lock_guard lock(mutex_);
  return signed_at_;
}

bool CheckpointKeeper::wait_for(policy::LeafIndex leaf,
                                std::chrono::steady_clock::time_point deadline) const {
  std::unique_lock lock(mutex_);
  return published_.wait_until(lock, deadline, [&] { return head_.size > leaf; });
}

bool CheckpointKeeper::wait_until_accounted(std::uint64_t size,
                                            std::chrono::steady_clock::time_point deadline) const {
  std::unique_lock lock(mutex_);
  return published_.wait_until(lock, deadline, [&] { return std::max(head_.size, resting_) >= size; });
}

void CheckpointKeeper::publish() {
  const std::lock_guard one_at_a_time(publishing_);
  const policy::RightEdge edge = ledger_.writer().edge();
  if (edge.size() > accounted()) sign(edge.head());
  // Last, and again at the next turn should it fail: they are made from the store.
  if (edge.size() == covered()) tiles_.publish(edge, note());
}

void CheckpointKeeper::sign(const policy::TreeHead& head) {
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
    ledger_.fail_checkpoint(row, why,
                            not_signed ? not_signed->tries : std::get<pkcs11::PossiblySigned>(outcome).tries);
    throw Error(ErrorCode::unavailable, "no checkpoint: " + why);
  }
  const std::string note = verifier_.seal(body, done->signature);
  // The file first: were the database ahead of it, the start check could not tell that from a file rolled
  // back.
  fault_point("checkpoint.before-file");
  write_file_durably(file_, note);
  ledger_.complete_checkpoint(row, head, note, done->tries);
  {
    const std::lock_guard lock(mutex_);
    note_ = note;
    head_ = head;
    signed_at_ = now();
  }
  published_.notify_all();
}

void CheckpointKeeper::add_cosignature(const policy::TreeHead& head, const std::string& line) {
  // With publish(): else a checkpoint could be signed for the leaf alone.
  const std::lock_guard one_at_a_time(publishing_);
  // Its leaf would leave no tree to bring them to.
  if (!tiles_.is_published(covered()))
    throw Error(ErrorCode::unavailable, "the ledger's files do not show the newest checkpoint yet");
  const std::string cosigned = keep_cosignature(head, line);
  const std::size_t cosigners = cosigners_of(cosigned, verifier_).size();
  bool newest = false;
  {
    const std::lock_guard lock(mutex_);
    auto& kept = cosigned_.try_emplace(cosigners, StoredCheckpoint{head, cosigned}).first->second;
    if (kept.head.size <= head.size) kept = {head, cosigned};
    newest = head_ == head;
    if (newest) note_ = cosigned;
  }
  if (!newest) return;
  write_file_durably(file_, cosigned);
  tiles_.publish_again(head.size, cosigned);
}

// Row and leaf in one transaction. Returns the note with every line that it has by now.
std::string CheckpointKeeper::keep_cosignature(const policy::TreeHead& head, const std::string& line) {
  std::optional<policy::LeafIndex> leaf;
  std::string note = ledger_.writer().write([&](Writing& w) {
    auto row = w.database().prepare("SELECT note FROM checkpoints WHERE size = ?");
    row.bind(head.size);
    if (!row.step())
      throw Error(ErrorCode::ledger,
                  "the checkpoint of size " + std::to_string(head.size) + " is not stored");
    std::string before = row.text(0);
    // It is there already if the file beside the database could not be written then.
    if (!is_new_signer(before, line)) return before;
    std::string cosigned = before + line;
    w.database()
        .prepare("UPDATE checkpoints SET note = ? WHERE size = ?")
        .bind(cosigned)
        .bind(head.size)
        .run();
    policy::Event event{.type = policy::EventType::log_checkpoint};
    event.detail = {{"size", head.size},
                    {"root", head.root.hex()},
                    {"key_id", signer_.key().id.hex()},
                    {"cosigners", cosigners_of(cosigned, verifier_)}};
    leaf = w.append(event, policy::Identity::system_job("cosigning"));
    return cosigned;
  });
  {
    const std::lock_guard lock(mutex_);
    if (leaf && *leaf == std::max(head_.size, resting_)) resting_ = *leaf + 1;
  }
  published_.notify_all();
  return note;
}

}  // namespace inkan::daemon
