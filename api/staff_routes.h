// The part of the route table that is the bank staff's page.
#pragma once

#include <vector>

#include "api/routes.h"

namespace inkan::api {

std::vector<Route> staff_routes();

}  // namespace inkan::api
