// Which leaves a question about the log is for: a judgement on a leaf's octets alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/types/key_id.h"
#include "policy/types/serial.h"
#include "policy/types/validity.h"

namespace inkan::policy {

// What is set must all hold; nothing set: every leaf.
struct EventFilter {
  std::optional<std::string> actor;    // the id of an identity or a system job
  std::optional<std::string> type;     // a type, or what it begins with: "cert."
  std::optional<std::string> outcome;  // "success", "failure", "denied"
  std::optional<Serial> serial;        // of the certificate that is the target
  std::optional<KeyId> key;            // that is the target, or that the detail names as key_id

  // Throws Error{ledger} for octets that are no leaf.
  bool matches(std::string_view leaf) const;
};

// The certificate that the leaf is about, if it is about one. Throws like the above; so does the other.
std::optional<Serial> certificate_in(std::string_view leaf);
InstantMicros time_in(std::string_view leaf);

}  // namespace inkan::policy
