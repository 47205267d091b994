// A ceremony tried out: the same papers, votes by throw-away officers' keys, a SoftHSM of its own in a
// temporary folder, up to the first certificate of a client. Touches nothing that is real.
#pragma once

#include <functional>
#include <string>

#include "daemon/setup/papers.h"

namespace inkan::daemon {

// Returns the transcript, which says that it is a rehearsal's. What it made is gone when it returns or throws
// Error. Sets SOFTHSM2_CONF for this process: no module may have been loaded in it before. `module`: SoftHSM.
std::string rehearse(const Papers& papers, const std::filesystem::path& module,
                     const std::function<void(const std::string&)>& progress);

}  // namespace inkan::daemon
