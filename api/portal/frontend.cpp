#include "api/portal/frontend.h"

#include "api/page/guard.h"
#include "policy/types/error.h"

namespace inkan::api::portal {
namespace {

using policy::Error;
using policy::ErrorCode;

// Whoever types the name without https:// gets there all the same, and nobody in between.
Response to_browser(Response response) {
  return guarded_against_browsers(std::move(response.with("Strict-Transport-Security", "max-age=31536000")));
}

}  // namespace

Response Frontend::answer(const Request& request) {
  const auto begin = std::chrono::steady_clock::now();
  Visit visit(request, client_, effects_);
  auto response = guarded(visit);
  visit.give_cookies(response);
  const auto took = std::chrono::steady_clock::now() - begin;
  effects_.log(response.status >= 500 ? Severity::warning : Severity::info, "http.request",
               {{"request_id", request.id},
                {"trace_id", visit.trace()},
                {"address", request.peer->address},
                {"certificate", request.peer->shown.empty() ? "none" : "shown"},
                {"method", request.head.method},
                {"path", request.target.path},
                {"status", std::to_string(response.status)},
                {"rule", visit.rule()},
                {"api_request", visit.api_request()},
                {"microseconds",
                 std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(took).count())}});
  return to_browser(std::move(response));
}

// The one place where exceptions end. What they say is for the log.
Response Frontend::guarded(Visit& visit) {
  std::string what;
  bool expected = false;
  try {
    return decide(visit);
  } catch (const Error& error) {
    what = error.what();
    expected = error.code() == ErrorCode::unavailable;
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "an exception that is not a std::exception";
  }
  effects_.log(Severity::error, expected ? "api.unreachable" : "http.failure",
               {{"request_id", visit.request().id}, {"detail", what}});
  if (expected) return visit.refuse(unavailable("the certificate authority does not answer"));
  return visit.refuse({ProblemType::internal,
                       "the service failed; its log has the details under this request's id",
                       {},
                       {},
                       "tell the operator the instance",
                       {},
                       {}});
}

Response Frontend::refuse(const Fault& fault, const Peer& peer, const std::string& request_id,
                          const RequestHead* head) {
  const auto problem = problem_of(fault);
  effects_.log(Severity::info, "http.refused",
               {{"request_id", request_id},
                {"address", peer.address},
                {"status", std::to_string(status_of(problem.type))},
                {"problem", std::string(type_name(problem.type))},
                {"detail", problem.detail}});
  return to_browser(
      respond(problem, preferred_language(head ? head->find("accept-language") : nullptr), request_id));
}

void Frontend::handshake_failed(const std::string& address, const std::string& why) {
  effects_.log(Severity::warning, "tls.handshake_failed", {{"address", address}, {"detail", why}});
}

}  // namespace inkan::api::portal
