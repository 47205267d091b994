// Times of day as JSON and queries write them (RFC 3339 §5.6).
#pragma once

#include <optional>
#include <string_view>

#include "policy/types/validity.h"

namespace inkan::api {

// "2027-01-31T09:00:00Z" or with "+09:00", years 1970 to 9999. A fraction of a second is refused: X.509 has
// none.
std::optional<policy::Instant> parse_rfc3339(std::string_view text);
// The same with up to six digits of a fraction, as the ledger has it.
std::optional<policy::InstantMicros> parse_rfc3339_micros(std::string_view text);

}  // namespace inkan::api
