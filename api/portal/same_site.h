// Whether a request was made by the portal's own page: the one gate before anything that changes something.
#pragma once

#include "api/http/request_head.h"
#include "api/problem.h"

namespace inkan::api::portal {

// A POST must be JSON, carry `Inkan-Portal: 1`, which no form and no cross-origin script can send without a
// preflight, and name `origin` as its Origin (RFC 6454 §7). The 403 to answer otherwise.
std::optional<Problem> refuse_foreign(const RequestHead& head, const std::string& origin);

}  // namespace inkan::api::portal
