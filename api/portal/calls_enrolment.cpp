// Screens ④ to ⑧: from the right password to the proof that the certificate is installed.
#include "api/json/timestamp.h"
#include "api/portal/calls.h"

namespace inkan::api::portal {
namespace {

Problem no_enrolment() {
  return {ProblemType::denied,
          "no enrolment is under way here",
          "enrol.ticket",
          "A16",
          "begin again with user ID and password",
          {},
          {}};
}

// The cookie must outlive the browser's windows: to see a new certificate many must be closed and opened
// again before the proof (⑧).
void keep_until(Visit& visit, const EnrolmentTicket& ticket, const Json& record) {
  const auto end = parse_rfc3339(record.value("confirm_by", record.value("ends", "")));
  const auto kept = end ? std::optional(std::chrono::seconds(*end - visit.now())) : std::nullopt;
  visit.keep(k_enrolment_cookie, to_cookie(ticket), kept);
}

// Passes the body's members on to one act of the enrolment in the cookie.
Response act(Visit& visit, std::string_view name, std::initializer_list<const char*> members) {
  const auto body = members_of(visit.request(), members);
  if (const auto* problem = refused(body)) return visit.refuse(*problem);
  const auto& ticket = visit.enrolment();
  if (!ticket || !is_id(ticket->id)) return visit.refuse(no_enrolment());
  const auto done = visit.post(*ticket, name, std::get<Json>(body));
  if (!done.ok()) return visit.relay(done);
  const auto state = done.body.value("state", "");
  if (state == "cancelled") visit.drop(k_enrolment_cookie);
  if (state == "issued_unconfirmed") keep_until(visit, *ticket, done.body);
  auto response = visit.answer(done.status == 202 ? 202 : 200, {{"enrolment", enrolment_of(done.body)}});
  if (!done.retry_after.empty()) response.with("Retry-After", done.retry_after);
  return response;
}

}  // namespace

Response open_enrolment(Visit& visit, const CallPath&) {
  auto members = members_of(visit.request(), {"user_id", "password"});
  if (const auto* problem = refused(members)) return visit.refuse(*problem);
  auto& credentials = std::get<Json>(members);
  add_circumstances(credentials, visit.request());
  const auto browser = visit.new_name();
  const auto opened = visit.begin(credentials, browser);
  if (!opened.ok()) return visit.relay(opened);
  const EnrolmentTicket ticket{opened.body.at("id").get<std::string>(),
                               opened.body.at("ticket").get<std::string>(), browser};
  keep_until(visit, ticket, opened.body);
  // Who enrols is not logged in beside it: another may be about to.
  if (visit.session()) visit.drop(k_session_cookie);
  return visit.answer(200, {{"enrolment", enrolment_of(opened.body)}});
}

Response enter_code(Visit& visit, const CallPath&) {
  return act(visit, "code", {"code"});
}
Response have_certificate(Visit& visit, const CallPath&) {
  return act(visit, "certificate", {"csr"});
}
Response cancel_enrolment(Visit& visit, const CallPath&) {
  return act(visit, "cancel", {});
}
Response decline_enrolment(Visit& visit, const CallPath&) {
  return act(visit, "decline", {});
}
// Of the two proofs this is the page's. That TLS has shown the certificate the portal alone may say.
Response confirm_enrolment(Visit& visit, const CallPath&) {
  return act(visit, "confirm", {"signature"});
}

// 閉じる: what there was to see of it was seen. One that is under way stays.
Response close_enrolment(Visit& visit, const CallPath&) {
  const auto members = members_of(visit.request(), {});
  if (const auto* problem = refused(members)) return visit.refuse(*problem);
  if (const auto& ticket = visit.enrolment(); ticket && is_id(ticket->id)) {
    const auto found = visit.get(*ticket);
    if (!found.ok() && !visit.drop_if_over(found)) return visit.relay(found);
    if (found.ok() && !is_under_way(found.body)) visit.drop(k_enrolment_cookie);
  }
  return visit.answer(200, {{"enrolment", nullptr}});
}

}  // namespace inkan::api::portal
