// The certificates and CRLs that an auditor gives to be found in the log.
#pragma once

#include <filesystem>
#include <vector>

#include "policy/log/story/given_objects.h"

namespace inkan::daemon::verify {

// Files, PEM (as many blocks as there are) or DER; of folders every .pem, .crt, .cer, .der and .crl below
// them. Throws policy::Error for one that cannot be read or holds anything else.
policy::GivenObjects read_given(const std::vector<std::filesystem::path>& paths);

}  // namespace inkan::daemon::verify
