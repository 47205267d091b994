#include "api/portal/frontend.h"

#include "policy/types/error.h"

namespace inkan::api::portal {
namespace {

using policy::Error;
using policy::ErrorCode;

// The page takes everything from its own origin, and nothing may frame, leave or rewrite it. Answers that are
// no page get the same: a browser that is made to open one as a page finds nothing that runs.
constexpr const char* k_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'";

Response guarded_against_browsers(Response response) {
  response.with("Content-Security-Policy", k_policy)
      .with("Strict-Transport-Security", "max-age=31536000")
      .with("Referrer-Policy", "no-referrer")
      .with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Cross-Origin-Resource-Policy", "same-origin")
      .with("X-Frame-Options", "DENY");
  return response;
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
  return guarded_against_browsers(std::move(response));
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
  return guarded_against_browsers(
      respond(problem, preferred_language(head ? head->find("accept-language") : nullptr), request_id));
}

void Frontend::handshake_failed(const std::string& address, const std::string& why) {
  effects_.log(Severity::warning, "tls.handshake_failed", {{"address", address}, {"detail", why}});
}

}  // namespace inkan::api::portal
