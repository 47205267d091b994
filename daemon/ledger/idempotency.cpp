#include "daemon/ledger/idempotency.h"

#include "daemon/store/certificate_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

Earlier earlier_call(Database& database, const policy::Identity& caller,
                     const std::optional<api::Idempotency>& key) {
  if (!key) return {};
  const auto row = find_idempotency(database, caller.id(), *key);
  if (!row) return {};
  if (!policy::equal(row->body_sha256, key->body_sha256.bytes())) return {api::KeyReused{}, {}};
  if (row->state == IdempotencyState::denied) return {Replay{denial_from_json(row->denial)}, {}};
  if (row->state == IdempotencyState::recorded) {
    const auto state = find_state(database, row->serial);
    if (!state) return {api::InProgress{}, {}};
    if (*state != CertificateState::issued) return {{}, row->intent};  // the work is done again
  }
  if (row->answer) return {api::InProgress{}, {}};  // about many certificates: asked again, it is found there
  const auto serial = policy::Serial::from_content(row->serial);
  if (!serial)
    throw policy::Error(policy::ErrorCode::store, "an idempotency row has a damaged serial number");
  return {Replay{*serial}, {}};
}

}  // namespace inkan::daemon
