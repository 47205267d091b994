// Where a request stands: how many approve, how many refuse, and whether it can still come to enough.
#pragma once

#include "policy/types/validity.h"

namespace inkan::policy {

struct Tally {
  int needed = 2;    // m
  int officers = 2;  // n, when it was asked for
  int approvals = 0, refusals = 0;
};

enum class RequestState { open, approved, refused, expired };

std::string_view name(RequestState state);
// Refused as soon as those who have not refused are too few. A vote counts until, not at, `expires`.
RequestState state_of(const Tally& tally, Instant expires, Instant now);

}  // namespace inkan::policy
