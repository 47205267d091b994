#include "daemon/acts/authority_acts.h"

#include "daemon/acts/acts_call.h"
#include "daemon/approvals/approval_rows.h"
#include "daemon/store/authority_rows.h"

namespace inkan::daemon {

void activate_authority(Writing& w, const std::string& authority, const std::string& request,
                        const policy::Identity& actor) {
  policy::Event event{.type = policy::EventType::ca_activate, .target = {"authority", authority}};
  event.detail = {
      {"authority", authority}, {"before", issuing_authority(w.database())}, {"request", request}};
  set_issuing_authority(w.database(), authority);
  w.append(event, actor);
}

void retire_authority(Writing& w, const std::string& authority, const std::string& request,
                      const policy::Identity& actor) {
  AuthorityRow::set_state(w.database(), authority, AuthorityState::retired);
  policy::Event event{.type = policy::EventType::ca_retire, .target = {"authority", authority}};
  event.detail = {{"authority", authority}, {"request", request}};
  w.append(event, actor);
}

void tell_step(Writing& w, const std::string& request, const std::string& step, const std::string& result,
               const std::string& reason) {
  policy::Event event{.type = policy::EventType::ceremony_step,
                      .outcome = result == "done" ? "success" : "failure",
                      .target = {"ceremony", request},
                      .reason = reason};
  event.detail = {{"ceremony_id", request}, {"step", step}, {"result", result}};
  w.append(event, acts_job());
}

void tell_failed(Writing& w, const std::string& request, const std::string& step, const std::string& why) {
  tell_step(w, request, step, "failed", why);
  ApprovalRow::set_work(w.database(), request, ActWork::failed, why);
}

}  // namespace inkan::daemon
