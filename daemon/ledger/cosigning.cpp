#include "daemon/ledger/cosigning.h"

#include <charconv>

#include "policy/log/witness.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

constexpr int k_most_tries = 3;  // of one turn: the witness may move on while we ask
constexpr std::chrono::seconds k_longest_wait(60);

// What a stranger's program says goes into our log lines: short, and printable.
std::string quoted(const std::string& text) {
  std::string shown = text.substr(0, text.find('\n')).substr(0, 200);
  for (char& c : shown)
    if (c < ' ' || c >= 0x7f) c = '?';
  return "\"" + shown + "\"";
}

[[noreturn]] void other_log(const std::string& what) {
  throw Error(ErrorCode::ledger,
              what +
                  ": the database was rolled back with its checkpoint, or the log was forked. Stop, keep "
                  "database, checkpoint and witness as they are, and call the auditor");
}

}  // namespace

Cosigner::Cosigner(const WitnessSettings& settings, CheckpointKeeper& keeper, const TileFiles& tiles)
    : verifier_(settings.verifier), keeper_(keeper), tiles_(tiles), client_(settings) {
  status_.name = verifier_.name();
}

CosignerStatus Cosigner::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Cosigner::turn() {
  const auto newest = keeper_.newest();
  const auto before = status();
  if (newest.head.size == 0 || (before.size == newest.head.size && before.failure.empty())) return;
  if (std::chrono::steady_clock::now() < next_try_)
    throw Error(before.refused ? ErrorCode::ledger : ErrorCode::unavailable, before.failure);
  try {
    submit(newest);
    failures_ = 0;
  } catch (const Error& error) {
    fail(error);
    throw;
  }
}

void Cosigner::fail(const Error& error) {
  const std::chrono::seconds wait(std::int64_t{1} << std::min(failures_++, 6));
  next_try_ = std::chrono::steady_clock::now() + std::min(wait, k_longest_wait);
  const std::lock_guard lock(mutex_);
  status_.failure = error.what();
  status_.refused = error.code() == ErrorCode::ledger;
}

void Cosigner::submit(const StoredCheckpoint& newest) {
  for (int tries = 0; tries < k_most_tries; ++tries) {
    const policy::AddCheckpoint request{known_, proof_for(newest), newest.note};
    const auto answer = client_.add_checkpoint(request.text());
    if (answer.status == 200) return accept(newest, answer.body);
    const std::string said = std::to_string(answer.status) + " " + quoted(answer.body);
    if (answer.status == 409 && answer.type == "text/x.tlog.size")
      take_known_size(newest, answer.body);
    else if (answer.status == 409 || answer.status == 422)
      other_log("the witness says that these " + std::to_string(newest.head.size) +
                " leaves did not grow out of the " + std::to_string(known_) + " that it cosigned (" + said +
                ")");
    else
      throw Error(ErrorCode::unavailable, "the witness answered " + said +
                                              (answer.status == 403 || answer.status == 404
                                                   ? ": has it this log's verifier key (--log)?"
                                                   : ""));
  }
  throw Error(ErrorCode::unavailable, "the witness named another size at each try");
}

// A damaged file must not look like a fork to the witness.
std::vector<policy::Sha256> Cosigner::proof_for(const StoredCheckpoint& newest) const {
  policy::TiledTree tree = tiles_.tree(newest.head.size), older = tiles_.tree(known_);
  auto proof = tree.consistency_proof(known_);
  if (!policy::verify_consistency(older.head(), newest.head, proof))
    throw Error(
        ErrorCode::unavailable,
        "the ledger's tiles do not prove its newest checkpoint: remove state_dir/ledger and restart, it "
        "is made from the store again");
  return proof;
}

void Cosigner::take_known_size(const StoredCheckpoint& newest, const std::string& answer) {
  std::uint64_t size = 0;
  const auto* const end = answer.data() + answer.size();
  const auto [rest, error] = std::from_chars(answer.data(), end, size);
  if (error != std::errc() || rest == answer.data() || std::string_view(rest, end) != "\n")
    throw Error(ErrorCode::unavailable, "the witness named no size but " + quoted(answer));
  if (size > newest.head.size)
    other_log("the witness cosigned " + std::to_string(size) + " leaves of this log, which has " +
              std::to_string(newest.head.size) + " now");
  known_ = size;
}

void Cosigner::accept(const StoredCheckpoint& newest, const std::string& answer) {
  const std::string cosigned = newest.note.substr(0, newest.note.rfind("\n\n") + 2) + answer;
  const auto note = policy::SignedNote::parse(cosigned);
  const auto seen = note ? verifier_.seen_at(*note) : std::nullopt;
  if (!seen)
    throw Error(ErrorCode::unavailable, "the witness's cosignature is not good under " +
                                            verifier_.verifier_key() + ": is that its key?");
  keeper_.add_cosignature(newest.head, std::string(note->find(verifier_.name(), verifier_.key_id())->line));
  known_ = newest.head.size;
  const std::lock_guard lock(mutex_);
  status_ = {verifier_.name(), newest.head.size, seen, "", false};
}

Cosigning::Cosigning(const std::vector<WitnessSettings>& witnesses, CheckpointKeeper& keeper,
                     const TileFiles& tiles) {
  for (const auto& settings : witnesses)
    cosigners_.push_back(std::make_unique<Cosigner>(settings, keeper, tiles));
}

void Cosigning::cut_what_is_late() {
  for (const auto& cosigner : cosigners_) cosigner->client().cut_if_late();
}

void Cosigning::cut() {
  for (const auto& cosigner : cosigners_) cosigner->client().cut();
}

}  // namespace inkan::daemon
