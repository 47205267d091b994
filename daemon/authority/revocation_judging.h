// What becomes of each certificate of a list that is to be revoked, as one reading, or one transaction, sees
// the store.
#pragma once

#include <set>
#include <span>

#include "api/authority.h"
#include "daemon/ledger/log_writer.h"
#include "policy/profile/profile.h"
#include "policy/rules/revocation_rules.h"

namespace inkan::daemon {

// A profile that is no longer configured is judged by the stricter row of the role table.
policy::RevocationTarget target_of(const std::string& profile, const std::string& requester,
                                   const policy::ProfileSet& profiles);

// Who asks; a job of the daemon itself, for officers, of subscribers' certificates alone.
struct RevocationAsker {
  const policy::Identity& caller;
  policy::RevocationReason reason;
  std::optional<policy::Instant> invalidity_date;
};

struct JudgedRevocation {
  api::RevocationItem item;
  std::string authority;                         // "" of an unknown one
  std::optional<policy::LeafIndex> revoke_leaf;  // of one that is revoked, or on hold
  bool changes = false;
};
JudgedRevocation judge_revocation(Database& database, const policy::ProfileSet& profiles,
                                  const RevocationAsker& asker, const policy::Serial& serial,
                                  policy::Instant now);

struct DoneRevocations {
  std::vector<api::RevocationItem> items;
  std::set<std::string> authorities;  // whose CRLs are due
  std::size_t changed = 0;
};
// Judges each and revokes those that change, with a leaf for each; for the writer's thread. `approval`: the
// act that it is a part of, or "".
DoneRevocations revoke_each(Writing& w, const policy::ProfileSet& profiles, const api::Call& call,
                            std::span<const policy::Serial> serials, policy::RevocationReason reason,
                            std::optional<policy::Instant> invalidity_date, const std::string& approval);

}  // namespace inkan::daemon
