// What the commands that ask for an act have in common.
#pragma once

#include "daemon/cli/context.h"
#include "policy/dual_control/act.h"

namespace inkan::daemon::cli {

// Asks for it, and shows the approval that officers vote on.
Exit ask_for(Context& context, policy::ActKind kind, const std::string& reason,
             const policy::ActParameters& parameters = {});

}  // namespace inkan::daemon::cli
