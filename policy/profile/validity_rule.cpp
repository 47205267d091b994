#include "policy/profile/validity_rule.h"

namespace inkan::policy {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;

// Midnight, at the given offset, of the civil day that `instant` falls in.
Instant civil_midnight(Instant instant, std::chrono::minutes utc_offset) {
  return std::chrono::time_point_cast<seconds>(floor<days>(instant + utc_offset)) - utc_offset;
}

}  // namespace

Validity ValidityRule::validity(Instant now) const {
  const Instant not_before = align == ValidityAlign::day ? civil_midnight(now, utc_offset) : now;
  // RFC 5280 §4.1.2.5 is inclusive at both ends: the last second is one less than the span.
  return Validity(not_before, not_before + std::chrono::days(days) - seconds(1));
}

ValidityRule::Window ValidityRule::renewal_window(const Validity& validity) const {
  return {civil_midnight(validity.not_after(), utc_offset) - std::chrono::days(renewal_days),
          validity.not_after()};
}

}  // namespace inkan::policy
