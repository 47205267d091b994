#include "api/endpoint.h"

#include "api/authentication.h"
#include "api/page/guard.h"
#include "api/page/other_origins.h"
#include "api/page/staff_refusal.h"
#include "policy/types/error.h"

namespace inkan::api {
namespace {

using policy::Error;
using policy::ErrorCode;

const std::string k_internal = "the service failed; its log has the details under this request's id";

// What the caller may be told of a failure: its own bytes, and whether to try again. All else is for the log.
Problem problem_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::invalid_input:
      return {ProblemType::invalid_request, error.what(), {}, {}, {}, {}, {}};
    case ErrorCode::not_found:
      return {ProblemType::not_found, error.what(), {}, {}, {}, {}, {}};
    // A PIN that no longer opens the token, a full disk, a key out of service: the operator mends what the
    // caller only waits for.
    case ErrorCode::unavailable:
    case ErrorCode::pin:
    case ErrorCode::token:
    case ErrorCode::store:
    case ErrorCode::ledger:
    case ErrorCode::key:
      return unavailable("the token, the store or a deadline stood in the way; nothing was released");
    case ErrorCode::stopped:
      return {ProblemType::issuing_stopped,
              "no certificate is issued until officers start issuing again; nothing was recorded or released",
              {},
              {},
              "repeat the request later, with the same Idempotency-Key",
              {},
              {{"Retry-After", "60"}}};
    case ErrorCode::config:
    case ErrorCode::internal:
      break;
  }
  return {ProblemType::internal, k_internal, {}, {}, "ask the operator, naming the instance", {}, {}};
}

// RFC 9110 §8.3, §8.4: bodies are JSON and not compressed.
std::optional<Problem> check_body_type(const RequestHead& head) {
  const auto* type = head.find("content-type");
  const auto media = type ? media_type(*type) : std::nullopt;
  const auto* coding = head.find("content-encoding");
  if (media == "application/json" && head.count("content-type") == 1 && (!coding || *coding == "identity"))
    return std::nullopt;
  return Problem{ProblemType::unsupported_media_type,
                 coding ? "the body comes with a Content-Encoding"
                 : type ? "the body's Content-Type is not application/json in UTF-8"
                        : "the Content-Type field is missing",
                 {},
                 {},
                 "send Content-Type: application/json and no Content-Encoding",
                 {},
                 {{"Accept", "application/json"}}};
}

OrProblem<std::size_t> negotiate(const RequestHead& head, const Route& route) {
  if (route.produces.empty()) return std::size_t{0};
  if (const auto media = preferred_media(head.find("accept"), route.produces)) return *media;
  std::string offered;
  for (const auto media : route.produces) offered += (offered.empty() ? "" : ", ") + std::string(media);
  return Problem{ProblemType::not_acceptable,
                 "this resource is offered as " + offered,
                 {},
                 {},
                 "accept one of these",
                 {},
                 {}};
}

OrProblem<std::optional<Idempotency>> read_idempotency(const Request& request, const Route& route) {
  const auto* value = request.head.find("idempotency-key");
  if (!route.changing || !value) return std::optional<Idempotency>();
  auto key = idempotency_key(*value);
  if (!key || request.head.count("idempotency-key") > 1)
    return invalid_request(
        {{"header", "Idempotency-Key",
          "must come once and hold 1 to 255 visible ASCII characters without quotes inside"}});
  return std::optional(Idempotency{std::move(*key), "POST " + std::string(route.path),
                                   policy::sha256(policy::as_bytes(request.body))});
}

}  // namespace

// What the access log needs to know at the end, gathered on the way.
struct Endpoint::Trail {
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  std::string trace_id;
  std::string identity;
  const Route* route = nullptr;
};

Response Endpoint::answer(const Request& request) {
  Trail trail;
  trail.trace_id = trace_id(request.head.find("traceparent"));
  auto answer = guarded(request, trail);
  const auto* problem = std::get_if<Problem>(&answer);
  auto response = problem ? refuse(*problem, request, trail) : std::get<Response>(std::move(answer));
  if (response.source) response.source = watched(std::move(response.source), request.id);
  const auto took = std::chrono::steady_clock::now() - trail.begin;
  if (effects_.answered) effects_.answered({trail.route, response.status, took});
  if (!effects_.log) return to_peer(std::move(response));
  log(response.status >= 500 ? Severity::warning : Severity::info, "http.request",
      {{"request_id", request.id},
       {"trace_id", trail.trace_id},
       {"address", request.peer->address},
       {"identity", trail.identity},
       {"method", request.head.method},
       {"path", request.target.path},
       {"status", std::to_string(response.status)},
       {"problem", problem ? std::string(type_name(problem->type)) : ""},
       {"rule", problem ? problem->rule : ""},
       {"microseconds",
        std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(took).count())}});
  return to_peer(std::move(response));
}

// Where browsers come, all that they get is guarded. But for Strict-Transport-Security, which goes by the
// host and not by the port (RFC 6797 §8.3): CRLs and CA certificates are often served by the same host, by
// plain HTTP.
Response Endpoint::to_peer(Response response) const {
  return staff_ ? guarded_against_browsers(std::move(response)) : response;
}

Response Endpoint::refuse(const Problem& problem, const Request& request, const Trail& trail) {
  const auto language = preferred_language(request.head.find("accept-language"));
  return trail.route && trail.route->staff_page && wants_page(request.head)
             ? staff_refusal(problem, language, request.id)
             : respond(problem, language, request.id);
}

// A streamed body is made after the answer was given: what it throws then is logged, and breaks it off.
BodySource Endpoint::watched(BodySource source, const std::string& request_id) const {
  return [this, source = std::move(source), request_id] {
    try {
      return source();
    } catch (const std::exception& error) {
      log(Severity::error, "http.broken_off", {{"request_id", request_id}, {"detail", error.what()}});
      throw;
    }
  };
}

// The one place where exceptions end.
Answer Endpoint::guarded(const Request& request, Trail& trail) {
  std::string what;
  try {
    return decide(request, trail);
  } catch (const Error& error) {
    log(Severity::error, "http.failure",
        {{"request_id", request.id},
         {"code", std::string(policy::name(error.code()))},
         {"detail", error.what()}});
    return problem_of(error);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "an exception that is not a std::exception";
  }
  log(Severity::error, "http.failure",
      {{"request_id", request.id}, {"code", "unexpected"}, {"detail", what}});
  return problem_of(Error(ErrorCode::internal, what));
}

// Before anything else, for a foreign page's request must have no effect whatever it asks. Who is refused so
// was not asked himself, but an auditor wants to know what his browser met.
std::optional<Problem> Endpoint::refuse_other_page(const Request& request) {
  if (listener_ != Audience::api) return std::nullopt;
  auto problem = refuse_other_origins(request.head, staff_ ? staff_->origin : "");
  const auto& certificate = request.peer->certificate;
  if (problem)
    authority_.record_refused(request.peer->address, certificate ? certificate->subject : "",
                              problem->rule + ": " + problem->detail);
  return problem;
}

Answer Endpoint::decide(const Request& request, Trail& trail) {
  if (auto problem = refuse_other_page(request)) return *std::move(problem);
  const auto matched = match(request.head.method, request.target.segments, listener_);
  if (const auto* problem = refused(matched)) return *problem;
  if (std::get<Match>(matched).route->staff_page && !staff_)
    return Problem{ProblemType::not_found,
                   "this daemon serves no page for the bank's staff",
                   {},
                   {},
                   "have it named in the daemon's configuration: [staff]",
                   {},
                   {}};
  trail.route = std::get<Match>(matched).route;
  return dispatch(request, std::get<Match>(matched), trail);
}

Answer Endpoint::dispatch(const Request& request, const Match& match, Trail& trail) {
  const Route& route = *match.route;
  const auto media = negotiate(request.head, route);
  if (const auto* handler = std::get_if<PublicHandler>(&route.handler)) {
    if (const auto* problem = refused(media)) return *problem;
    return (*handler)({request, authority_, match.parameters, std::get<std::size_t>(media)});
  }
  const auto call = admit(request, route, trail);
  if (const auto* problem = refused(call)) return *problem;
  if (const auto* problem = refused(media)) return *problem;
  if (route.verb == Verb::post)
    if (const auto problem = check_body_type(request.head)) return *problem;
  auto idempotency = read_idempotency(request, route);
  if (const auto* problem = refused(idempotency)) return *problem;
  return std::get<Handler>(route.handler)(
      {{request, authority_, match.parameters, std::get<std::size_t>(media), staff_},
       std::get<Call>(call),
       std::get<std::optional<Idempotency>>(std::move(idempotency))});
}

OrProblem<Call> Endpoint::admit(const Request& request, const Route& route, Trail& trail) {
  auto identity = authenticate(*request.peer, effects_.now(), authority_);
  if (const auto* problem = refused(identity)) return *problem;
  Call call{std::get<policy::Identity>(std::move(identity)), request.id, trail.trace_id,
            std::chrono::steady_clock::now() + call_time_};
  trail.identity = call.identity.id();
  if (route.roles.has(call.identity.role())) return call;
  authority_.record_forbidden(call, std::string(route.operation));
  return Problem{
      ProblemType::role_not_allowed,
      "the role " + std::string(name(call.identity.role())) + " may not do " + std::string(route.operation),
      {},
      {},
      "use the certificate of an identity whose role may, by the role table",
      {},
      {}};
}

Response Endpoint::refuse(const Fault& fault, const Peer& peer, const std::string& request_id,
                          const RequestHead* head) {
  const auto problem = inkan::api::problem_of(fault);
  if (effects_.answered) effects_.answered({nullptr, status_of(problem.type), {}});
  log(Severity::info, "http.refused",
      {{"request_id", request_id},
       {"address", peer.address},
       {"status", std::to_string(status_of(problem.type))},
       {"problem", std::string(type_name(problem.type))},
       {"detail", problem.detail}});
  return to_peer(
      respond(problem, preferred_language(head ? head->find("accept-language") : nullptr), request_id));
}

void Endpoint::handshake_failed(const std::string& address, const std::string& why) {
  log(Severity::warning, "tls.handshake_failed", {{"address", address}, {"detail", why}});
  try {
    authority_.record_refused(address, "", "TLS handshake failed: " + why);
  } catch (const std::exception& error) {
    log(Severity::error, "http.failure", {{"code", "unexpected"}, {"detail", error.what()}});
  }
}

void Endpoint::log(Severity severity, std::string_view event, const LogFields& fields) const {
  if (effects_.log) effects_.log(severity, event, fields);
}

}  // namespace inkan::api
