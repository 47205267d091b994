#include "daemon/acts/service_key_acts.h"

#include "daemon/authority/issuing_switch.h"
#include "daemon/setup/plan.h"
#include "daemon/store/authority_rows.h"
#include "daemon/store/key_rows.h"

namespace inkan::daemon {

using policy::Denial;
using policy::KeyPurpose;

namespace {

Denial not_made(const std::string& rule, const std::string& detail, const std::string& mend) {
  return {rule, "dual control", detail, mend};
}

}  // namespace

policy::OrDenial<policy::ActParameters> fill_service_key_act(Database& database,
                                                             policy::ActParameters given) {
  given.try_emplace("algorithm", "P-256");
  const auto issuing = AuthorityRow::find(database, issuing_authority(database));
  for (const auto& key : KeyRow::all(database))
    if (issuing && key.record.id == issuing->key) given.try_emplace("token", key.record.token);
  return given;
}

std::optional<Denial> fault_in_service_key(Database& database, const policy::Act& act) {
  const std::string purpose = act.parameter("purpose");
  if (purpose != policy::name(KeyPurpose::ocsp))
    return not_made("key.purpose", "no act makes a key of purpose \"" + purpose + "\"",
                    "give ocsp; ca.create and ca.rollover make those of authorities, a set-up all others");
  for (const auto& key : KeyRow::all(database))
    if (key.record.purpose == KeyPurpose::ocsp && key.state == KeyState::active)
      return not_made("approval.nothing-to-do", "there is a key for OCSP: " + key.record.label,
                      "restart the daemon if it answers no OCSP yet");
  PlannedKey key;
  if (key.set_algorithm(act.parameter("algorithm")) && !key.fits_ocsp())
    return not_made("key.algorithm", "clients verify no OCSP response by " + act.parameter("algorithm"),
                    std::string("give ") + PlannedKey::k_ocsp_algorithms + "-3072 or RSA-4096");
  return std::nullopt;
}

}  // namespace inkan::daemon
