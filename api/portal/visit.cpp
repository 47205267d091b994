#include "api/portal/visit.h"

#include <algorithm>
#include <array>

#include "policy/types/digest.h"

namespace inkan::api::portal {
namespace {

// What is wrong between portal and API is the operator's to mend.
bool is_portals_fault(const ApiAnswer& answer) {
  const auto type = answer.body.is_object() ? answer.body.value("type", "") : "";
  return answer.status == 401 || type == "urn:inkan:problem:unknown-identity" ||
         type == "urn:inkan:problem:role-not-allowed";
}

const std::string k_enrolments = "/v1/enrolments";

bool is_over(const ApiAnswer& answer, std::string_view rule) {
  return answer.status == 403 && answer.body.is_object() && answer.body.value("rule", "") == rule;
}

// The members of a problem document that are the API's to say to a browser.
Json words_of(const Json& problem) {
  Json words;
  for (const char* name :
       {"type", "title", "status", "detail", "instance", "rule", "clause", "mend", "errors"})
    if (const auto found = problem.find(name); found != problem.end()) words[name] = *found;
  return words;
}

}  // namespace

Visit::Visit(const Request& request, ApiClient& client, const PortalEffects& effects)
    : request_(request),
      client_(client),
      effects_(effects),
      browser_(find_cookie(request.head, k_browser_cookie)),
      session_(find_cookie(request.head, k_session_cookie)),
      trace_(trace_id(request.head.find("traceparent"))) {
  if (const auto value = find_cookie(request.head, k_enrolment_cookie))
    enrolment_ = parse_enrolment_cookie(*value);
}

Language Visit::language() const {
  return preferred_language(request_.head.find("accept-language"));
}

ApiAnswer Visit::get(const std::string& target, const std::string& ticket) {
  return call({"GET", target, {}, {}}, ticket, browser_);
}

ApiAnswer Visit::post(const std::string& target, const Json& body, const std::string& ticket) {
  return call({"POST", target, to_text(body), {}}, ticket, browser_);
}

ApiAnswer Visit::get(const EnrolmentTicket& ticket) {
  return call({"GET", k_enrolments + ("/" + ticket.id), {}, {}}, ticket.secret, ticket.browser);
}

ApiAnswer Visit::post(const EnrolmentTicket& ticket, std::string_view act, const Json& body) {
  const auto target = k_enrolments + ("/" + ticket.id) + "/" + std::string(act);
  return call({"POST", target, to_text(body), {}}, ticket.secret, ticket.browser);
}

ApiAnswer Visit::begin(const Json& credentials, const std::string& browser) {
  return call({"POST", k_enrolments, to_text(credentials), {}}, {}, browser);
}

ApiAnswer Visit::call(ApiCall call, const std::string& ticket, const std::optional<std::string>& browser) {
  call.fields = {{"Accept-Language", language() == Language::japanese ? "ja" : "en"},
                 {"X-Request-Id", request_.id}};
  if (!trace_.empty()) call.fields.emplace_back("traceparent", *request_.head.find("traceparent"));
  if (!ticket.empty()) call.fields.emplace_back("Authorization", "Bearer " + ticket);
  // The hash, not the cookie: what the API keeps names a browser, and cannot be shown as one.
  if (browser) call.fields.emplace_back("Inkan-Browser", policy::sha256(policy::as_bytes(*browser)).hex());
  auto answer = client_.call(call);
  api_request_ = answer.request_id;
  return answer;
}

std::string Visit::new_name() const {
  std::array<std::uint8_t, 32> octets;
  effects_.random_octets(octets);
  return policy::to_hex(octets);
}

void Visit::keep_browser() {
  keep(k_browser_cookie, *browser_);
}

void Visit::keep(std::string_view cookie, std::string_view value, std::optional<std::chrono::seconds> kept) {
  std::erase_if(cookies_, [&](const auto& each) { return each.first == cookie; });
  cookies_.emplace_back(cookie, set_cookie(cookie, value, kept));
}

void Visit::drop(std::string_view cookie) {
  keep(cookie, "", std::chrono::seconds(0));
}

void Visit::give_cookies(Response& response) const {
  for (const auto& each : cookies_) response.with("Set-Cookie", each.second);
}

Response Visit::answer(int status, const Json& body) const {
  Response response{status, "application/json", to_text(body), {}};
  response.with("Cache-Control", "no-store");
  return response;
}

Response Visit::refuse(const Problem& problem) {
  rule_ = problem.rule;
  return respond(problem, language(), request_.id);
}

bool Visit::drop_if_over(const ApiAnswer& answer) {
  const bool session = is_over(answer, "user.ticket"), enrolment = is_over(answer, "enrol.ticket");
  if (session) drop(k_session_cookie);
  if (enrolment) drop(k_enrolment_cookie);
  return session || enrolment;
}

Response Visit::relay(const ApiAnswer& answer) {
  if (is_portals_fault(answer) || answer.status < 400 || answer.status >= 500 || !answer.body.is_object()) {
    effects_.log(
        Severity::error, "api.failed",
        {{"request_id", request_.id},
         {"api_request", answer.request_id},
         {"status", std::to_string(answer.status)},
         {"hint", is_portals_fault(answer) ? "the API does not take the portal's certificate as a web tier's"
                                           : "the API's log has the reason"}});
    auto problem = unavailable("the certificate authority cannot do this now");
    if (!answer.retry_after.empty()) problem.fields = {{"Retry-After", answer.retry_after}};
    return refuse(problem);
  }
  rule_ = answer.body.value("rule", "");
  drop_if_over(answer);
  Response response{answer.status, "application/problem+json", to_text(words_of(answer.body)), {}};
  // A browser chooses a certificate once for each connection: the next try must be on another.
  response.close =
      rule_ == "login.certificate" || rule_ == "enrol.shown-other" || rule_ == "enrol.show-current";
  response.with("Cache-Control", "no-store").with("Vary", "Accept-Language");
  if (!answer.retry_after.empty()) response.with("Retry-After", answer.retry_after);
  return response;
}

}  // namespace inkan::api::portal
