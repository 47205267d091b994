// What an auditor reads first about a run: how the last one ended, what this one is, and what was changed
// between them.
#pragma once

#include "daemon/authority/policies.h"
#include "daemon/config.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/store/store.h"
#include "daemon/tokens.h"

namespace inkan::daemon {

// `crashed`: whether a last run that did not say how it ended is one that crashed.
void write_start_leaves(LogWriter& writer, Store& store, const Config& config, const Tokens& tokens,
                        const Policies& policies, bool crashed);
// Its text, for auditors, and a leaf if it is another than the last one kept.
void keep_configuration(Writing& w, Store& store, const Config& config, const policy::Identity& job);

}  // namespace inkan::daemon
