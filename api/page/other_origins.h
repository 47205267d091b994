// Whether a browser sends a request for somebody else's page. Once people carry their certificates in
// browsers, every site they visit can have requests sent in their name; TLS cannot tell.
#pragma once

#include <optional>

#include "api/http/request_head.h"
#include "api/problem.h"

namespace inkan::api {

// The 403 (rule `browser.origin`) for a method that may change something, if the request carries an Origin
// (RFC 6454 §7) that is not `own`, or a Sec-Fetch-Site (Fetch Metadata) of another origin. Browsers let no
// page set either field, and send Origin with every POST; programs send none. `own`: empty, if this listener
// has no page.
std::optional<Problem> refuse_other_origins(const RequestHead& head, const std::string& own);

}  // namespace inkan::api
