// Logins and enrolments: what a user does himself, carried by the web tier (rules R19 to R30, A16, A17, A23).
#include "api/handlers/handlers.h"
#include "api/handlers/subscriber_call.h"
#include "api/json/subscriber_json.h"
#include "api/query.h"

namespace inkan::api {
namespace {

Response confidential(int status, const Json& json) {
  return json_response(status, json).with("Cache-Control", "no-store");
}

// 202 while another call, or the token, has not ended yet (A17).
Answer enrolment_answer(int status, const EnrolmentRecord& record) {
  const bool under_way = record.state == policy::EnrolmentState::issuing;
  auto response = confidential(under_way ? 202 : status, encode(record));
  if (under_way) response.with("Retry-After", "1");
  return response.with("Location", "/v1/enrolments/" + record.id);
}

Answer enrolment_answer(int status, const policy::OrDenial<EnrolmentRecord>& outcome) {
  if (auto problem = refusal_in(outcome)) return *problem;
  return enrolment_answer(status, std::get<EnrolmentRecord>(outcome));
}

struct Holder {
  Subscribers* port;
  Ticket ticket;
};
OrProblem<Holder> holder_of(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  auto ticket = required_ticket(exchange);
  if (const auto* problem = refused(ticket)) return *problem;
  return Holder{std::get<Subscribers*>(subscribers), std::get<Ticket>(std::move(ticket))};
}

Answer act_on_enrolment(const Exchange& exchange,
                        policy::OrDenial<EnrolmentRecord> (Subscribers::*act)(const Call&, const std::string&,
                                                                              const Ticket&)) {
  const auto holder = holder_of(exchange);
  if (const auto* problem = refused(holder)) return *problem;
  if (auto problem = fault_in_empty(exchange.request.body)) return *problem;
  const auto& [port, ticket] = std::get<Holder>(holder);
  return enrolment_answer(200, (port->*act)(exchange.call, exchange.parameters[0], ticket));
}

}  // namespace

Answer log_in(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  auto* port = std::get<Subscribers*>(subscribers);
  auto order = decode_login(exchange.request.body, port->pack());
  if (const auto* problem = refused(order)) return *problem;
  auto& [credentials, screen] = std::get<LoginOrder>(order);
  credentials.browser = browser_in(exchange);
  const auto outcome = port->log_in(exchange.call, credentials, screen);
  if (auto problem = refusal_in(outcome)) return *problem;
  return confidential(201, encode(std::get<SessionRecord>(outcome))).with("Location", "/v1/session");
}

Answer get_session(const Exchange& exchange) {
  const auto holder = holder_of(exchange);
  if (const auto* problem = refused(holder)) return *problem;
  if (auto problem = QueryReader(exchange.request.target.query).finish()) return *problem;
  const auto& [port, ticket] = std::get<Holder>(holder);
  const auto outcome = port->find_session(exchange.call, ticket);
  if (auto problem = refusal_in(outcome)) return *problem;
  return confidential(200, encode(std::get<SessionRecord>(outcome)));
}

Answer log_out(const Exchange& exchange) {
  const auto holder = holder_of(exchange);
  if (const auto* problem = refused(holder)) return *problem;
  if (auto problem = fault_in_empty(exchange.request.body)) return *problem;
  std::get<Holder>(holder).port->log_out(exchange.call, std::get<Holder>(holder).ticket);
  return confidential(200, Json::object());
}

Answer choose_password(const Exchange& exchange) {
  const auto holder = holder_of(exchange);
  if (const auto* problem = refused(holder)) return *problem;
  const auto& [port, ticket] = std::get<Holder>(holder);
  const auto choice = decode_password_choice(exchange.request.body, port->pack());
  if (const auto* problem = refused(choice)) return *problem;
  const auto& [old, chosen] = std::get<PasswordChoice>(choice);
  const auto outcome = port->choose_password(exchange.call, ticket, old, chosen);
  if (auto problem = refusal_in(outcome)) return *problem;
  return confidential(200, encode(std::get<UserRecord>(outcome)));
}

Answer judge_shown_certificate(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  const auto der = decode_shown(exchange.request.body);
  if (const auto* problem = refused(der)) return *problem;
  return confidential(200,
                      encode(std::get<Subscribers*>(subscribers)->judge_shown(std::get<policy::Bytes>(der))));
}

Answer open_enrolment(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  auto* port = std::get<Subscribers*>(subscribers);
  auto decoded = decode_credentials(exchange.request.body, port->pack());
  if (const auto* problem = refused(decoded)) return *problem;
  auto& credentials = std::get<Credentials>(decoded);
  credentials.browser = browser_in(exchange);
  const auto outcome = port->open_enrolment(exchange.call, credentials);
  if (auto problem = refusal_in(outcome)) return *problem;
  return enrolment_answer(201, std::get<EnrolmentRecord>(outcome));
}

Answer get_enrolment(const Exchange& exchange) {
  const auto holder = holder_of(exchange);
  if (const auto* problem = refused(holder)) return *problem;
  if (auto problem = QueryReader(exchange.request.target.query).finish()) return *problem;
  const auto& [port, ticket] = std::get<Holder>(holder);
  return enrolment_answer(200, port->find_enrolment(exchange.call, exchange.parameters[0], ticket));
}

Answer cancel_enrolment(const Exchange& exchange) {
  return act_on_enrolment(exchange, &Subscribers::cancel);
}

Answer issue_enrolment(const Exchange& exchange) {
  const auto holder = holder_of(exchange);
  if (const auto* problem = refused(holder)) return *problem;
  const auto request = decode_certification_request(exchange.request.body);
  if (const auto* problem = refused(request)) return *problem;
  const auto& [port, ticket] = std::get<Holder>(holder);
  return enrolment_answer(201, port->issue(exchange.call, exchange.parameters[0], ticket,
                                           std::get<policy::CertificationRequest>(request)));
}

Answer enter_enrolment_code(const Exchange& exchange) {
  const auto holder = holder_of(exchange);
  if (const auto* problem = refused(holder)) return *problem;
  const auto code = decode_code(exchange.request.body);
  if (const auto* problem = refused(code)) return *problem;
  const auto& [port, ticket] = std::get<Holder>(holder);
  return enrolment_answer(
      200, port->enter_code(exchange.call, exchange.parameters[0], ticket, std::get<std::string>(code)));
}

Answer confirm_enrolment(const Exchange& exchange) {
  const auto holder = holder_of(exchange);
  if (const auto* problem = refused(holder)) return *problem;
  const auto how = decode_confirmation(exchange.request.body);
  if (const auto* problem = refused(how)) return *problem;
  const auto& [port, ticket] = std::get<Holder>(holder);
  return enrolment_answer(
      200, port->confirm(exchange.call, exchange.parameters[0], ticket, std::get<Confirmation>(how)));
}

Answer decline_enrolment(const Exchange& exchange) {
  return act_on_enrolment(exchange, &Subscribers::decline);
}

}  // namespace inkan::api
