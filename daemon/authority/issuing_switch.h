// The big red switch: one officer stops the issuing of certificates to callers, two start it again. CRLs,
// revocations and whatever the daemon signs for itself go on.
#pragma once

#include <optional>
#include <string>

#include "api/authority.h"
#include "daemon/ledger/log_writer.h"

namespace inkan::daemon {

// Nothing while certificates are issued.
std::optional<api::StoppedIssuing> stopped_issuing(Database& database);

// For the writer's thread, inside the transaction of an intent: throws Error{stopped} while issuing is
// stopped. A system job's certificate is the daemon's own.
void require_issuing(Database& database, const policy::Identity& requester);

// What is stopped already stays so, under its first reason; each stop is a leaf all the same.
void stop_issuing(Writing& w, const api::Call& call, const std::string& reason);
// `request`: the approved one.
void start_issuing(Writing& w, const policy::Identity& last_voter, const std::string& reason,
                   const std::string& request);

}  // namespace inkan::daemon
