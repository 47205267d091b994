// What a user ID and a password look like (rules R17, R18): judged before anything is looked up, so that what
// cannot be right is a fault of the field and no try (A12).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/types/denial.h"

namespace inkan::policy {

// Half-width letters and digits only; full-width ones are refused, never folded into half-width.
struct CredentialRule {
  int least = 0, most = 0;   // characters, both inclusive
  bool letter = true;        // at least one letter
  bool digit = true;         // at least one digit
  std::string symbols = {};  // what else it may hold: printable ASCII

  // What is wrong with it, in words for whoever typed it; nothing if it is well formed. The text itself is
  // never repeated: it may be a password.
  std::optional<std::string> fault(std::string_view text) const;
};

}  // namespace inkan::policy
