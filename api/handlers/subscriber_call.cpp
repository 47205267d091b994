#include "api/handlers/subscriber_call.h"

namespace inkan::api {

OrProblem<Subscribers*> subscribers_of(const Exchange& exchange) {
  if (auto* subscribers = exchange.authority.subscribers()) return subscribers;
  return Problem{ProblemType::not_found,
                 "this authority keeps no subscribers",
                 {},
                 {},
                 "have a policy pack named in the daemon's configuration: [subscribers] pack = \"default\"",
                 {},
                 {}};
}

std::string browser_in(const Exchange& exchange) {
  const auto* browser = exchange.request.head.find("inkan-browser");
  return browser ? *browser : "";
}

std::optional<Ticket> ticket_in(const Exchange& exchange) {
  constexpr std::string_view k_scheme = "Bearer ";
  const auto* field = exchange.request.head.find("authorization");
  if (!field || !field->starts_with(k_scheme)) return std::nullopt;
  return Ticket{field->substr(k_scheme.size()), browser_in(exchange)};
}

OrProblem<Ticket> required_ticket(const Exchange& exchange) {
  if (auto ticket = ticket_in(exchange)) return *std::move(ticket);
  return invalid_request(
      {{"header", "Authorization", "must be `Bearer` and the ticket that the login or enrolment gave"}});
}

Acting acting(const Exchange& exchange) {
  return {exchange.call, ticket_in(exchange)};
}

Problem too_often(const TooOften& limit) {
  return {ProblemType::too_many_requests,
          "passwords are tried too often, for this user ID or from this address",
          {},
          {},
          "try again after the time in Retry-After",
          {},
          {{"Retry-After", std::to_string(limit.retry_after_seconds)}}};
}

}  // namespace inkan::api
