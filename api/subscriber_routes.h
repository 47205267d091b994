// The rows of the route table on organisations, users, logins and enrolments. What a caller may do with them
// is decided by the policy pack's role table too, in the daemon.
#pragma once

#include "api/routes.h"

namespace inkan::api {

std::vector<Route> subscriber_routes();

}  // namespace inkan::api
