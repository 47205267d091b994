// The certificates and CRLs that an auditor gives to be found in the log.
#pragma once

#include <filesystem>
#include <vector>

#include "policy/log/story/given_objects.h"

namespace inkan::daemon::verify {

// Files, PEM (as many blocks as there are) or DER; of folders every .pem, .crt, .cer, .der and .crl below
// them. Throws policy::Error for one that cannot be read or holds anything else.
policy::GivenObjects read_given(const std::vector<std::filesystem::path>& paths);

// The first of one such file: of a certificate with its chain behind it, as `inkan issue --out` writes them,
// the certificate.
policy::GivenObject read_first_given(const std::filesystem::path& file);

}  // namespace inkan::daemon::verify
