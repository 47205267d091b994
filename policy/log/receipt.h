// A receipt: one leaf, the proof that it stands in the log, and the signed head it stands under, in the text
// form of C2SP tlog-proof. Whoever holds it needs the log's verifier key and nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/log/checkpoint.h"
#include "policy/log/proof.h"

namespace inkan::policy {

struct Receipt {
  LeafIndex index = 0;
  Bytes leaf;  // canonical JSON; the "extra" line
  std::vector<Sha256> proof;
  std::string checkpoint;  // the signed note

  std::string text() const;
  // Throws Error{invalid_input} that names the line that is wrong. Judges the form only.
  static Receipt parse(std::string_view text);
};

// Nothing if the leaf stands in the log under that key; else what is wrong, for people.
std::optional<std::string> fault_in(const Receipt& receipt, const NoteVerifier& verifier);

}  // namespace inkan::policy
