#include "daemon/acts/revocation_acts.h"

#include "daemon/acts/acts_call.h"
#include "daemon/acts/authority_acts.h"
#include "daemon/authority/revocation_judging.h"
#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Act;
using policy::ActParameters;
using policy::Denial;
using policy::SerialList;

namespace {

constexpr std::size_t k_at_once = 250;  // some 20 ms of the store's one writer

Denial revocation_denial(const std::string& rule, const std::string& detail, const std::string& mend) {
  return {rule, "dual control", detail, mend};
}

}  // namespace

ActParameters parameters_of(const api::RevocationOrder& order) {
  ActParameters parameters{{"revocation_reason", std::string(policy::name(order.reason))},
                           {"serials", order.serials.text()}};
  if (order.invalidity_date) parameters["invalidity_date"] = policy::to_rfc3339(*order.invalidity_date);
  return parameters;
}

api::RevocationOrder order_in(const Act& act) {
  auto serials = SerialList::parse(act.parameter("serials"));
  const auto reason = policy::revocation_reason(std::string_view(act.parameter("revocation_reason")));
  const auto date = act.parameter("invalidity_date");
  const auto invalid = date.empty() ? std::nullopt : policy::from_rfc3339_seconds(date);
  if (!serials || !reason || (!date.empty() && !invalid))
    throw policy::Error(policy::ErrorCode::store, "an act that revokes certificates is damaged");
  return {std::move(*serials), *reason, invalid, act.reason()};
}

policy::OrDenial<ActParameters> fill_revocation_act(ActParameters given) {
  const auto serials = SerialList::parse(given["serials"]);
  if (!serials || serials->size() == 0)
    return revocation_denial("revoke.list", "`serials` is no list of serial numbers, sorted, each once",
                             "ask by POST /v1/revocations");
  given["count"] = std::to_string(serials->size());
  given["sha256"] = serials->sha256().hex();
  return given;
}

std::optional<Denial> fault_in_revocations(Database& database, const Act& act,
                                           const policy::ProfileSet& profiles) {
  const auto order = order_in(act);
  std::size_t changes = 0;
  for (const auto& serial : order.serials.all()) {
    const auto judged = judge_revocation(database, profiles,
                                         {acts_job(), order.reason, order.invalidity_date}, serial, now());
    using Outcome = api::RevocationOutcome;
    if (judged.item.outcome == Outcome::unknown || judged.item.outcome == Outcome::not_allowed ||
        judged.item.outcome == Outcome::never_signed)
      return revocation_denial("revoke.list",
                               "certificate " + serial.hex() +
                                   " cannot be revoked so: " + std::string(name(judged.item.outcome)) +
                                   (judged.item.detail.empty() ? "" : ", " + judged.item.detail),
                               "leave it out; a preview shows them all");
    changes += judged.changes ? 1 : 0;
  }
  if (changes == 0)
    return revocation_denial("approval.nothing-to-do", "all of them have expired, or are revoked already",
                             "nothing needs to be done");
  return std::nullopt;
}

void carry_out_revocations(Core& core, const ApprovalRow& request) {
  const auto order = order_in(request.act);
  if (request.work == ActWork::waiting)
    core.writer->write([&](Writing& w) {
      tell_step(w, request.id, "begin", "done");
      ApprovalRow::set_work(w.database(), request.id, ActWork::running);
    });
  fault_point("act.after-begin");
  std::span<const policy::Serial> rest = order.serials.all();
  while (!rest.empty()) {
    const auto some = rest.first(std::min(rest.size(), k_at_once));
    const auto call = acts_call();
    const auto& profiles = core.policies.now().profiles();
    const auto done = core.writer->write([&](Writing& w) {
      return revoke_each(w, profiles, call, some, order.reason, order.invalidity_date, request.id);
    });
    fault_point("revocations.after-some");
    for (const auto& authority : done.authorities) core.crls.changed(authority);
    for (std::size_t i = 0; i < done.changed; ++i) core.measurements.count_revocation(order.reason);
    rest = rest.subspan(some.size());
  }
  core.writer->write([&](Writing& w) {
    tell_step(w, request.id, "done", "done");
    ApprovalRow::set_work(w.database(), request.id, ActWork::done);
  });
}

}  // namespace inkan::daemon
