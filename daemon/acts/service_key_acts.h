// The act that makes the key of a service, for an authority whose set-up gave it none: OCSP today.
#pragma once

#include "daemon/store/sqlite/database.h"
#include "policy/dual_control/act.h"

namespace inkan::daemon {

// With the algorithm and, of the token, that of the authority that issues now.
policy::OrDenial<policy::ActParameters> fill_service_key_act(Database& database, policy::ActParameters given);
std::optional<policy::Denial> fault_in_service_key(Database& database, const policy::Act& act);

}  // namespace inkan::daemon
