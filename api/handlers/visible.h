// Which certificates a caller may see: all of them, but for the web tier, for whom another's does not exist.
#pragma once

#include "api/routes.h"

namespace inkan::api {

// The serial in the path, or the problem with it.
OrProblem<policy::Serial> serial_in_path(const Exchange& exchange);
// The certificate with that serial, or 404 whether it does not exist or is another's.
OrProblem<IssuedCertificate> visible_certificate(const Exchange& exchange, const policy::Serial& serial);

}  // namespace inkan::api
