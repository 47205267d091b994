#include "api/portal/main_site.h"

#include <array>

#include "api/portal/calls.h"
#include "api/portal/same_site.h"

namespace inkan::api::portal {
namespace {

using Handler = Response (*)(Visit&, const CallPath&);

// Below /portal/; ":id" stands for one segment.
struct Row {
  std::string_view method, first, second, third;
  Handler handler;
};
constexpr std::array k_rows = {
    Row{"POST", "login", "", "", log_in},
    Row{"POST", "logout", "", "", log_out},
    Row{"POST", "password", "", "", choose_password},
    Row{"POST", "enrolment", "", "", open_enrolment},
    Row{"POST", "enrolment", "code", "", enter_code},
    Row{"POST", "enrolment", "certificate", "", have_certificate},
    Row{"POST", "enrolment", "cancel", "", cancel_enrolment},
    Row{"POST", "enrolment", "decline", "", decline_enrolment},
    Row{"POST", "enrolment", "confirm", "", confirm_enrolment},
    Row{"POST", "enrolment", "close", "", close_enrolment},
    Row{"GET", "users", "", "", list_users},
    Row{"POST", "users", "", "", create_user},
    Row{"POST", "users", ":id", "release", release_user},
    Row{"POST", "users", ":id", "delete", delete_user},
    Row{"POST", "users", ":id", "change", change_user},
};

bool fits(std::string_view pattern, const std::string& segment) {
  return pattern == ":id" ? is_id(segment) : pattern == segment;
}

Problem not_found() {
  return {ProblemType::not_found, "there is nothing at this address", {}, {}, "begin at /", {}, {}};
}

Problem wrong_method(std::string_view method) {
  return {ProblemType::method_not_allowed, "this address takes " + std::string(method), {}, {}, {}, {},
          {{"Allow", std::string(method)}}};
}

}  // namespace

Response MainSite::decide(Visit& visit) {
  return visit.request().target.segments[0] == "portal" ? call(visit) : page(visit);
}

Response MainSite::page(Visit& visit) const {
  const auto& request = visit.request();
  auto found = bundle_.find(request.target.segments, request.head);
  if (!found) return visit.refuse(not_found());
  if (request.head.method != "GET" && request.head.method != "HEAD")
    return visit.refuse(wrong_method("GET, HEAD"));
  // No cookie goes with the page: one that another site's link leads to comes without any (SameSite=Strict),
  // and what it set would take the place of those that are there.
  return *std::move(found);
}

Response MainSite::call(Visit& visit) const {
  const auto& request = visit.request();
  CallPath path{request.target.segments};
  path.segments.erase(path.segments.begin());
  if (path.segments.empty() || path.segments.size() > 3) return visit.refuse(not_found());
  path.segments.resize(3);
  if (path.segments == std::vector<std::string>{"state", "", ""})
    return request.head.method == "GET" ? tell_state(visit, proof_origin_)
                                        : visit.refuse(wrong_method("GET"));
  const Row* other = nullptr;
  for (const auto& row : k_rows) {
    if (!fits(row.first, path.segments[0]) || !fits(row.second, path.segments[1]) ||
        !fits(row.third, path.segments[2]))
      continue;
    other = &row;
    if (row.method != request.head.method) continue;
    if (request.head.method == "POST")
      if (const auto problem = refuse_foreign(request.head, origin_)) return visit.refuse(*problem);
    return row.handler(visit, path);
  }
  return visit.refuse(other ? wrong_method(other->method) : not_found());
}

}  // namespace inkan::api::portal
