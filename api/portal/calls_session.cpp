// Logins: the ticket goes into a cookie and never into the page.
#include "api/portal/calls.h"
#include "policy/types/error.h"

namespace inkan::api::portal {
Response log_in(Visit& visit, const CallPath&) {
  auto members = members_of(visit.request(), {"user_id", "password", "screen"});
  if (const auto* problem = refused(members)) return visit.refuse(*problem);
  auto& order = std::get<Json>(members);
  add_circumstances(order, visit.request());
  visit.new_browser();
  const auto made = visit.post("/v1/sessions", order);
  if (!made.ok()) return visit.relay(made);
  visit.keep_browser();
  visit.keep(k_session_cookie, made.body.at("ticket").get_ref<const std::string&>());
  return visit.answer(200, {{"session", session_of(made.body)}});
}

Response log_out(Visit& visit, const CallPath&) {
  const auto members = members_of(visit.request(), {});
  if (const auto* problem = refused(members)) return visit.refuse(*problem);
  // Whoever wants to be logged out is, here: without the API the ticket ends at its limit, and nobody has it.
  visit.drop(k_session_cookie);
  try {
    if (visit.session()) visit.post("/v1/session/end", Json::object(), *visit.session());
  } catch (const policy::Error& error) {
    if (error.code() != policy::ErrorCode::unavailable) throw;
  }
  return visit.answer(200, {{"session", nullptr}});
}

Response choose_password(Visit& visit, const CallPath&) {
  const auto members = members_of(visit.request(), {"old", "new"});
  if (const auto* problem = refused(members)) return visit.refuse(*problem);
  if (!visit.session()) return visit.refuse(no_session());
  const auto chosen = visit.post("/v1/session/password", std::get<Json>(members), *visit.session());
  if (!chosen.ok()) return visit.relay(chosen);
  return visit.answer(200, {{"user", chosen.body}});
}

}  // namespace inkan::api::portal
