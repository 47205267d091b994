// How many officers an act takes, and how long they have.
#pragma once

#include <chrono>

namespace inkan::daemon {

struct ApprovalRules {
  int votes = 2;                   // m, at least 2; n is how many officers there are
  std::chrono::hours expires{72};  // from the request on
};

}  // namespace inkan::daemon
