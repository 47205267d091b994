// What a witness decides over a submitted checkpoint (C2SP tlog-witness, add-checkpoint). Pure: the last head
// that it cosigned comes in as a value, and keeping the new one, before the answer, is the program's matter.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/log/checkpoint.h"
#include "policy/log/proof.h"

namespace inkan::policy {

// The request's body: "old <size>", the consistency proof, a blank line, the checkpoint.
struct AddCheckpoint {
  static constexpr std::size_t k_longest_proof = 63;  // hashes

  std::uint64_t old_size = 0;
  std::vector<Sha256> proof;
  std::string checkpoint;  // the signed note

  std::string text() const;
  // Throws Error{invalid_input} that names the line that is wrong. The checkpoint is not looked into.
  static AddCheckpoint parse(std::string_view text);
};

struct WitnessRefusal {
  // The status of the answer (tlog-witness).
  enum class Status {
    malformed = 400,
    not_signed = 403,
    unknown_origin = 404,
    conflict = 409,
    not_consistent = 422,
  };
  Status status;
  std::string why;
  // Of a conflict with the older size: what the witness last cosigned. A conflict without it is another root
  // at the same size.
  std::optional<std::uint64_t> last_size;
};

// A checkpoint under the log's own signature.
struct SubmittedCheckpoint {
  std::string origin;
  TreeHead head;
  std::string note;  // its body and the log's signature, without what else stood there
};

// Judges origin, form and signature. Of several keys of one origin any will do: one may have been replaced.
std::variant<SubmittedCheckpoint, WitnessRefusal> open_submission(const AddCheckpoint& request,
                                                                  const std::vector<NoteVerifier>& logs);
// Whether the log only grew from the head last cosigned; of a log never seen: the empty tree's. Nothing: it
// may be cosigned.
std::optional<WitnessRefusal> refusal_of(const AddCheckpoint& request, const TreeHead& submitted,
                                         const TreeHead& last);

}  // namespace inkan::policy
