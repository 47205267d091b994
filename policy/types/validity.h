// A certificate's validity period. Both ends belong to it: RFC 5280 §4.1.2.5 is inclusive.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace inkan::policy {

using Instant = std::chrono::sys_seconds;  // UTC, whole seconds: what X.509 can say
using InstantMicros = std::chrono::sys_time<std::chrono::microseconds>;  // UTC, as the ledger writes it

std::string to_rfc3339(Instant instant);        // 2026-11-22T15:00:00Z
std::string to_rfc3339(InstantMicros instant);  // 2026-11-22T15:00:00.123456Z

// The micros form above, and nothing else. Throws Error{invalid_input}.
InstantMicros from_rfc3339(std::string_view text);

// The other form; nothing for anything else.
std::optional<Instant> from_rfc3339_seconds(std::string_view text);

class Validity {
 public:
  // Throws Error{invalid_input} unless not_before <= not_after.
  Validity(Instant not_before, Instant not_after);

  Instant not_before() const { return not_before_; }
  Instant not_after() const { return not_after_; }  // the last valid second
  std::chrono::seconds length() const { return not_after_ - not_before_ + std::chrono::seconds(1); }
  bool covers(Instant instant) const { return not_before_ <= instant && instant <= not_after_; }
  bool covers(const Validity& inner) const { return covers(inner.not_before_) && covers(inner.not_after_); }
  bool operator==(const Validity&) const = default;

 private:
  Instant not_before_;
  Instant not_after_;
};

}  // namespace inkan::policy
