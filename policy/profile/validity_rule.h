// How long a certificate lives and when it may be renewed, in the civil days of one place (rules R01, R03,
// A01, A03).
#pragma once

#include "policy/types/validity.h"

namespace inkan::policy {

enum class ValidityAlign { day, instant };

struct ValidityRule {
  int days = 0;                        // counting the day of issue
  std::chrono::minutes utc_offset{0};  // +09:00 for Japan, which has no daylight saving
  ValidityAlign align = ValidityAlign::instant;
  int renewal_days = 0;  // the window opens this many days before the last valid day

  bool may_be_shorter = false;  // it ends before that where it must not outlive something

  // Rule A01. align "day": from 00:00:00 of the civil day of issue to 23:59:59 of the last one; "instant":
  // from `now`, days × 86 400 s, the last second included.
  Validity validity(Instant now) const;

  struct Window {
    Instant from, to;  // both inclusive
  };
  // Rule A03: with E the last valid civil day, from (E − renewal_days) 00:00:00 to the certificate's last
  // second.
  Window renewal_window(const Validity& validity) const;
};

}  // namespace inkan::policy
