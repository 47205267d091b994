// `inkan revoke` of many certificates: a preview, until the operator says yes.
#pragma once

#include <string>

#include "daemon/cli/context.h"

namespace inkan::daemon::cli {

struct RevokeManyOptions {
  std::string file;    // serials, one a line; or
  std::string issuer;  // all of this authority that are valid, or on hold
  std::string reason, invalidity_date, comment, idempotency_key;
  bool yes = false;  // else it is a preview
};
Exit revoke_many(Context& context, const RevokeManyOptions& options);

// The list of an approval of that kind, as officers compare it: `sha256sum` of it is in the plan.
Exit show_serials(Context& context, const std::string& approval);

}  // namespace inkan::daemon::cli
