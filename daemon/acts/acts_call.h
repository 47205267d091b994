// How the job that carries out acts calls the authority's own parts.
#pragma once

#include <chrono>

#include "api/authority.h"

namespace inkan::daemon {

// A stop of the daemon waits for the act under way, so no step may take as long as in a set-up.
constexpr std::chrono::seconds k_signature_patience(10);

const policy::Identity& acts_job();
api::Call acts_call();

}  // namespace inkan::daemon
