// `inkan ledger fetch`: the ledger's static files, copied into a folder.
#pragma once

#include <string>

#include "daemon/cli/context.h"

namespace inkan::daemon::cli {

struct FetchOptions {
  std::string to, verifier_key;
};

// Throws Failure.
Exit fetch_ledger(Context& context, const FetchOptions& options);

}  // namespace inkan::daemon::cli
