// Acts on identities: what is filled in and judged before officers vote, and how one ends.
#pragma once

#include "daemon/ledger/log_writer.h"
#include "daemon/store/identity_rows.h"
#include "daemon/store/store.h"
#include "policy/dual_control/act.h"
#include "policy/engine.h"

namespace inkan::daemon {

// With the key's SHA-256, the certificate's subject and the identity's standing, or its role.
policy::OrDenial<policy::ActParameters> fill_role_act(Database& database, policy::ActKind kind,
                                                      policy::ActParameters given);

// Proof of possession, rules, blocked keys and lints, as the certificate would be issued now by `issuer`.
std::optional<policy::Denial> fault_in_granting(Database& database, const policy::Act& act,
                                                const policy::Engine& engine, const policy::Issuer& issuer);
// `votes`: so many officers must be left.
std::optional<policy::Denial> fault_in_revoking_role(Database& database, const policy::Act& act, int votes);
// A key that a good certificate of this authority is on already is nobody's to act with. Reads every
// certificate, so not within a transaction of the writer.
std::optional<policy::Denial> fault_in_new_key(Store& store, const policy::ActParameters& parameters);

// The request of a grant; throws Error{store} unless it was judged.
policy::CertificationRequest request_in(const policy::Act& act);

// The identity's end, its certificates revoked with it; for the writer's thread.
void revoke_role(Writing& w, const std::string& identity, const std::string& request,
                 const policy::Identity& actor);

// Nothing done by one whose role has ended meanwhile stands in the log after that. For the writer's thread.
std::optional<policy::Denial> fault_in_officer(Database& database, const policy::Identity& officer);

}  // namespace inkan::daemon
