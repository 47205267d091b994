// What the handlers of subscribers' resources share: the port, the ticket that came with a call, and the
// shapes of their answers.
#pragma once

#include "api/handlers/answers.h"
#include "api/subscribers.h"

namespace inkan::api {

// 404 where the configuration names no policy pack.
OrProblem<Subscribers*> subscribers_of(const Exchange& exchange);

// `Authorization: Bearer TICKET` (RFC 6750 §2.1), and in `Inkan-Browser` what names the browser's session.
std::optional<Ticket> ticket_in(const Exchange& exchange);
OrProblem<Ticket> required_ticket(const Exchange& exchange);
std::string browser_in(const Exchange& exchange);
Acting acting(const Exchange& exchange);

Problem too_often(const TooOften& limit);

// What the port says no to; the value otherwise.
template <class T>
std::optional<Problem> refusal_in(const policy::OrDenial<T>& outcome) {
  const auto* denial = policy::denied(outcome);
  return denial ? std::optional(problem_of(*denial)) : std::nullopt;
}
template <class T>
std::optional<Problem> refusal_in(const Admitted<T>& outcome) {
  if (const auto* limit = std::get_if<TooOften>(&outcome)) return too_often(*limit);
  const auto* denial = policy::denied(outcome);
  return denial ? std::optional(problem_of(*denial)) : std::nullopt;
}

}  // namespace inkan::api
