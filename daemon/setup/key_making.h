// The first step of a set-up: all keys of the plan, each made in its token and recorded with its birth leaf.
#pragma once

#include <functional>

#include "daemon/config.h"
#include "daemon/setup/approved_ceremony.h"
#include "daemon/setup/plan.h"
#include "daemon/tokens.h"
#include "pkcs11/token_keys.h"

namespace inkan::daemon {

// Makes the database, writes the votes into it if the set-up takes some, then makes the keys: ca (one per
// authority), tls, ledger, evidence, probe. On failure every key it made is destroyed.
std::vector<pkcs11::KeyRecord> make_setup_keys(const Plan& plan, const Config& config, PinEntry* officers,
                                               const std::string& ceremony_id,
                                               const ApprovedCeremony* approved,
                                               const std::function<void(const std::string&)>& progress);

// Each by itself: one that cannot be destroyed is told of, and the others still go.
void destroy_keys(const Tokens& tokens, const std::vector<pkcs11::KeyRecord>& keys,
                  const std::function<void(const std::string&)>& progress);

}  // namespace inkan::daemon
