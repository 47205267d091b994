// The codec of application/problem+json (RFC 9457 §3.1).
#pragma once

#include "api/problem.h"

namespace inkan::api {

std::string encode(const Problem& problem, std::string_view type_name, std::string_view title, int status,
                   const std::string& request_id);

}  // namespace inkan::api
