// The operational log: one JSON line per event on standard error. A copy for people; the ledger is the
// record.
#pragma once

#include "api/log.h"

namespace inkan::daemon {

// Safe from many threads at once.
void log_line(api::Severity severity, std::string_view event, const api::LogFields& fields);

}  // namespace inkan::daemon
