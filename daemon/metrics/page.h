// The metrics page: what was counted, and what the parts of the authority say when it is read.
#pragma once

#include <string>

#include "api/server.h"
#include "daemon/core.h"

namespace inkan::daemon {

// `server` may be null: then the page says nothing of connections.
std::string metrics_page(Core& core, const api::HttpServer* server);

}  // namespace inkan::daemon
