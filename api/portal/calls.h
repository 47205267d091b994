// The page's calls: decode, one call of the API or a few, and what the browser may have of the answer.
#pragma once

#include "api/portal/visit.h"

namespace inkan::api::portal {

struct CallPath {
  std::vector<std::string> segments;  // below /portal/
};
bool is_id(std::string_view segment);  // may stand in a path of the API

// What the page must know to begin: rules, what the browser shows, and where its session and enrolment stand.
Response tell_state(Visit& visit, const std::string& proof_origin);

// Logins: calls_session.cpp.
Response log_in(Visit& visit, const CallPath& path);
Response log_out(Visit& visit, const CallPath& path);
Response choose_password(Visit& visit, const CallPath& path);

// Screens ④ to ⑧: calls_enrolment.cpp.
Response open_enrolment(Visit& visit, const CallPath& path);
Response enter_code(Visit& visit, const CallPath& path);
Response have_certificate(Visit& visit, const CallPath& path);
Response cancel_enrolment(Visit& visit, const CallPath& path);
Response decline_enrolment(Visit& visit, const CallPath& path);
Response confirm_enrolment(Visit& visit, const CallPath& path);
Response close_enrolment(Visit& visit, const CallPath& path);

// The master user's page: calls_users.cpp.
Response list_users(Visit& visit, const CallPath& path);
Response create_user(Visit& visit, const CallPath& path);
Response release_user(Visit& visit, const CallPath& path);
Response delete_user(Visit& visit, const CallPath& path);
Response change_user(Visit& visit, const CallPath& path);

// Shared by them.
// The members `names` of the body, as they came; the API judges them. Others are refused: what the page may
// say is less than what the portal may.
OrProblem<Json> members_of(const Request& request, std::initializer_list<const char*> names);
Problem no_session();
Json session_of(const Json& record);                                // without its ticket
Json enrolment_of(const Json& record);                              // without its ticket
void add_circumstances(Json& credentials, const Request& request);  // where from, and what was shown
bool is_under_way(const Json& enrolment);

}  // namespace inkan::api::portal
