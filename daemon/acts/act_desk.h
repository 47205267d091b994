// Works out what an act will be before officers vote on it, and judges whether it can be done as things
// stand.
#pragma once

#include "api/authority.h"
#include "daemon/authority/certificate_authority.h"
#include "daemon/authority/policies.h"
#include "daemon/config.h"
#include "daemon/setup/plan.h"
#include "daemon/store/sqlite/database.h"
#include "policy/dual_control/act.h"

namespace inkan::daemon {

class ActDesk {
 public:
  ActDesk(const Config& config, const Policies& policies, const Authorities& authorities)
      : config_(config), policies_(policies), authorities_(authorities) {}

  // With every parameter that the officer left to us, so that nothing is left to be chosen after the vote.
  // Denied with the rule in the way, and how to mend it.
  policy::OrDenial<policy::Act> complete(Database& database, const api::ApprovalOrder& order) const;
  // Asked for again when it is carried out: the world may have changed since.
  std::optional<policy::Denial> fault_in(Database& database, const policy::Act& act) const;
  // For an act that makes an authority, or asks for one outside, and has no fault.
  PlannedAuthority planned(Database& database, const policy::Act& act) const;
  static PlannedKey planned_key(const policy::Act& act);  // for one that makes a key, and has no fault

 private:
  policy::OrDenial<policy::ActParameters> fill(Database& database, const api::ApprovalOrder& order) const;
  std::optional<policy::Denial> fault_in_making(Database& database, const policy::Act& act) const;
  static std::optional<policy::Denial> fault_in_links(Database& database, const policy::Act& act);
  std::optional<policy::Denial> fault_in_place(const policy::Act& act) const;
  std::optional<policy::Denial> fault_in_importing(Database& database, const policy::Act& act) const;

  const Config& config_;
  const Policies& policies_;
  const Authorities& authorities_;
};

}  // namespace inkan::daemon
