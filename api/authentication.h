// From a verified TLS peer to an Identity: the only caller of Identity::authenticated. Done anew for each
// request, so that expiry and revocation end a live connection's rights.
#pragma once

#include "api/authority.h"
#include "api/http/peer.h"
#include "api/problem.h"

namespace inkan::api {

// A refusal is also handed to Authority::record_refused.
OrProblem<policy::Identity> authenticate(const Peer& peer, policy::Instant now, Authority& authority);

}  // namespace inkan::api
