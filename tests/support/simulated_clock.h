// A clock that tests set, linked in the place of daemon/clock.cpp: years of life in seconds. It moves by a
// microsecond at each look, so that times grow.
#pragma once

#include "policy/types/validity.h"

namespace inkan::tests {

void set_clock(policy::Instant now);

}  // namespace inkan::tests
