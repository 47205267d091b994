#include "daemon/acts/role_granting.h"

#include "daemon/acts/acts_call.h"
#include "daemon/acts/authority_acts.h"
#include "daemon/acts/role_acts.h"
#include "daemon/authority/revocation.h"
#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

void RoleGranting::make(const ApprovalRow& request) {
  if (const auto fault = fault_in_new_key(core_.store, request.act.parameters()))
    throw Error(ErrorCode::config, fault->detail + ": " + fault->mend);
  const auto serial = certify(request);
  fault_point("act.after-certificate");
  finish(request, serial);
  fault_point("act.after-finish");
}

policy::Serial RoleGranting::certify(const ApprovalRow& request) {
  const auto wanted = policy::IssuanceRequest::from("operator", request_in(request.act), std::nullopt);
  const auto outcome =
      core_.issuance.issue(acts_call(), wanted, core_.authorities.issuing(), std::nullopt, request.id);
  if (const auto* denial = policy::denied(outcome))
    throw Error(ErrorCode::config,
                denial->rule + " (" + denial->clause + "): " + denial->detail + "; " + denial->mend);
  return std::get<api::IssuedCertificate>(outcome).record.serial;
}

// From here on the certificate makes its holder somebody. Once more judged: its identity may have ended
// meanwhile.
void RoleGranting::finish(const ApprovalRow& request, const policy::Serial& serial) {
  const auto& act = request.act;
  core_.writer->write([&](Writing& w) {
    if (const auto fault = core_.desk.fault_in(w.database(), act))
      throw Error(ErrorCode::config, fault->detail + ": " + fault->mend);
    const auto key = request_in(act).public_key().spki_hash();
    IdentityRow::grant(w.database(), act.parameter("identity"), *policy::role(act.parameter("role")),
                       {key, serial, w.now(), request.id});
    policy::Event event{.type = policy::EventType::role_grant,
                        .target = {"operator", act.parameter("identity")}};
    event.detail = {{"role", act.parameter("role")},
                    {"by", request.requester},
                    {"request", request.id},
                    {"serial", serial.hex()},
                    {"spki_sha256", key.hex()}};
    w.append(event, acts_job());
    tell_step(w, request.id, "done", "done");
    ApprovalRow::set_work(w.database(), request.id, ActWork::done);
  });
  core_.identities.follow(core_.store);
}

// Of certificates on that key only those that this act asked for.
void RoleGranting::undo(const ApprovalRow& request) {
  api::ListFilter filter;
  filter.spki_sha256 = request.act.parameter("spki_sha256");
  filter.requester = acts_job().id();
  for (const auto& each : core_.store.certificates(filter, std::numeric_limits<std::int64_t>::max(), now())) {
    const auto& record = each.second;  // no binding: clang lets no lambda capture one
    if (record.revocation || record.der.empty() || record.intent < request.result_leaf) continue;
    const auto call = acts_call();
    core_.writer->write([&](Writing& w) {
      write_revocation(w, call, {record.serial, policy::RevocationReason::cessation_of_operation, {}},
                       request.id);
    });
    core_.crls.changed(record.authority);
  }
  fault_point("undo.after-revoke");
  core_.writer->write([&](Writing& w) { tell_failed(w, request.id, "undone", request.failure); });
}

}  // namespace inkan::daemon
