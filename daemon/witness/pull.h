// A witness that fetches what it cosigns, for a CA that cannot reach the auditor's machine.
#pragma once

#include <string>

#include "daemon/witness/http.h"
#include "daemon/witness/witness.h"

namespace inkan::daemon::witness {

struct Pulled {
  policy::TreeHead before, now;
  std::string line;  // the cosignature
};

// Fetches `<url>/ledger/checkpoint` and the tiles that prove it grew out of the one last cosigned. Throws
// policy::Error{unavailable} if the log is not served, {ledger} with the refusal if it did not only grow.
Pulled pull(Witness& witness, const HttpAddress& log);

}  // namespace inkan::daemon::witness
