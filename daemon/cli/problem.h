// An answer that is no success, in words: RFC 9457 problem documents become one Failure.
#pragma once

#include <string>

#include "daemon/cli/context.h"

namespace inkan::daemon::cli {

struct Response;

// 4xx is a refusal, except 409 (the first call still runs) and 429, which like 5xx mean: later.
Failure failure_of(const Response& response);

}  // namespace inkan::daemon::cli
