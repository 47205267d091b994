// An officer's signature over the document of his vote, with the key he calls with.
#pragma once

#include <string>

#include "daemon/cli/context.h"
#include "policy/types/bytes.h"

namespace inkan::daemon::cli {

// Detached CMS SignedData in DER (RFC 5652 §5), SHA-256, the certificate in it: what `openssl cms -sign
// -binary -outform DER` makes. Throws Failure{usage} if certificate and key of the context cannot be used.
policy::Bytes sign_vote(const Context& context, const std::string& document);

}  // namespace inkan::daemon::cli
