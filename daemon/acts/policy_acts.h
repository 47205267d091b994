// Acts on the rules: a profile's new version, keys that are never certified. Done by the store alone, in the
// transaction of the last vote.
#pragma once

#include "daemon/ledger/log_writer.h"
#include "policy/dual_control/act.h"

namespace inkan::daemon {

// With version, SHA-256 and what it takes the place of; of blocked keys in their one order.
policy::OrDenial<policy::ActParameters> fill_policy_act(Database& database, policy::ActKind kind,
                                                        policy::ActParameters given);
std::optional<policy::Denial> fault_in_profile_change(Database& database, const policy::Act& act);
std::optional<policy::Denial> fault_in_blocklist_change(Database& database, const policy::Act& act);

// Each with its leaf. Policies::follow() then tells memory.
void change_profile(Writing& w, const policy::Act& act, const std::string& request,
                    const policy::Identity& actor);
void change_blocklist(Writing& w, const policy::Act& act, const std::string& request,
                      const policy::Identity& actor);

// Its words, and of a profile what differs from the version it takes the place of.
std::string words_of(Database& database, const policy::Act& act);

}  // namespace inkan::daemon
