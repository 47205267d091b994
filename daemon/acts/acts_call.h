// How the job that carries out acts calls the authority's own parts.
#pragma once

#include "api/authority.h"

namespace inkan::daemon {

const policy::Identity& acts_job();
// A stop of the daemon waits for the act under way, so no step may take as long as in a set-up.
api::Call acts_call();

}  // namespace inkan::daemon
