// What can be said of a set-up before it runs, without a token and without the store: whatever is wrong with
// its papers, and in plain words what it will do.
#pragma once

#include <string>
#include <vector>

#include "daemon/setup/papers.h"

namespace inkan::daemon {

// A line each, with its mend; none: nothing was found. Every certificate of the plan is decided by the
// engine, rules and lints, for a throw-away key where the real one is still to be made.
std::vector<std::string> faults_in(const Papers& papers);

// What it does, in which token, to whom, what cannot be undone, and the hashes to compare.
std::string in_words(const Papers& papers);

}  // namespace inkan::daemon
