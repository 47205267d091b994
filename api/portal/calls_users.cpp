// The master user's page: passed on with his session's ticket; the API's role table decides.
#include <Poco/URI.h>

#include "api/portal/calls.h"
#include "api/query.h"

namespace inkan::api::portal {
namespace {

Response pass_on(Visit& visit, const std::string& target, std::initializer_list<const char*> names) {
  const auto members = members_of(visit.request(), names);
  if (const auto* problem = refused(members)) return visit.refuse(*problem);
  if (!visit.session()) return visit.refuse(no_session());
  const auto done = visit.post(target, std::get<Json>(members), *visit.session());
  return done.ok() ? visit.answer(done.status, done.body) : visit.relay(done);
}

std::string user_target(const CallPath& path) {
  return "/v1/users/" + path.segments[1] + "/" + path.segments[2];
}

}  // namespace

Response list_users(Visit& visit, const CallPath&) {
  QueryReader query(visit.request().target.query);
  Poco::URI target("/v1/users");
  for (const char* name : {"user_id", "cursor", "limit"})
    if (const auto value = query.text(name)) target.addQueryParameter(name, *value);
  if (const auto problem = query.finish()) return visit.refuse(*problem);
  if (!visit.session()) return visit.refuse(no_session());
  const auto found = visit.get(target.getPathAndQuery(), *visit.session());
  return found.ok() ? visit.answer(200, found.body) : visit.relay(found);
}

Response create_user(Visit& visit, const CallPath&) {
  return pass_on(visit, "/v1/users", {"user_id", "kind", "name", "mail", "password"});
}
Response release_user(Visit& visit, const CallPath& path) {
  return pass_on(visit, user_target(path), {});
}
Response delete_user(Visit& visit, const CallPath& path) {
  return pass_on(visit, user_target(path), {});
}
Response change_user(Visit& visit, const CallPath& path) {
  return pass_on(visit, user_target(path), {"name", "mail", "password"});
}

}  // namespace inkan::api::portal
