#include "daemon/ledger/checkpoint_file.h"

#include "daemon/atomic_file.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

[[noreturn]] void refuse(const std::string& what, const std::filesystem::path& file) {
  throw Error(
      ErrorCode::ledger,
      what +
          ". Nothing was changed. If the database was restored from a backup, restore the newest one, with " +
          file.string() +
          " as it was then; if not, the log was tampered with: keep both and tell the auditors");
}

}  // namespace

policy::RightEdge check_log(Store& store, const std::filesystem::path& file,
                            const policy::NoteVerifier& verifier) {
  const std::uint64_t size = store.size();
  const auto note = read_file(file);
  if (!note) {
    // The first checkpoint comes with the set-up, so a log that has leaves has had one.
    if (store.newest_checkpoint())
      refuse("the checkpoint file is missing, though the database holds checkpoints", file);
    return store.right_edge(size);
  }
  const auto head = verifier.open(*note);
  if (!head) refuse("the checkpoint in " + file.string() + " is not a note signed by this log's key", file);
  if (head->size > size)
    refuse("the log was cut or rolled back: it has " + std::to_string(size) +
               " leaves, the checkpoint covers " + std::to_string(head->size),
           file);
  policy::RightEdge edge = store.right_edge(head->size);
  if (edge.head() != *head)
    refuse("the log's first " + std::to_string(head->size) + " leaves are not those of the checkpoint", file);
  if (const auto newest = store.newest_checkpoint(); newest && newest->head.size > head->size)
    refuse("the checkpoint file covers " + std::to_string(head->size) +
               " leaves, older than the database's " + std::to_string(newest->head.size),
           file);
  // The leaves since: the tiles they completed must be what they hash to.
  for (std::uint64_t index = head->size; index < size; ++index) {
    const auto leaf = store.leaf(index);
    if (!leaf) refuse("leaf " + std::to_string(index) + " is missing", file);
    edge.append(policy::hash_leaf(policy::as_bytes(*leaf)));
  }
  if (edge.head() != store.right_edge(size).head()) refuse("the stored tiles do not fit the leaves", file);
  return edge;
}

}  // namespace inkan::daemon
