// Organisations and users, for the bank's staff and for master users (rules R15, R16, A15).
#include "api/handlers/handlers.h"
#include "api/handlers/subscriber_call.h"
#include "api/json/certificate_json.h"
#include "api/json/subscriber_json.h"
#include "api/query.h"

namespace inkan::api {
namespace {

constexpr std::uint64_t k_most_leaves = 1ull << 53;  // that JSON numbers count exactly

template <class T>
Answer answered(int status, const policy::OrDenial<T>& outcome) {
  if (auto problem = refusal_in(outcome)) return *problem;
  return json_response(status, encode(std::get<T>(outcome))).with("Cache-Control", "no-store");
}

template <class T>
Answer listed(const policy::OrDenial<std::vector<T>>& outcome) {
  if (auto problem = refusal_in(outcome)) return *problem;
  Json json;
  json["items"] = Json::array();
  for (const auto& each : std::get<std::vector<T>>(outcome)) json["items"].push_back(encode(each));
  return json_response(200, json).with("Cache-Control", "no-store");
}

// One of the acts upon the user in the path, whose body says nothing.
Answer act_on_user(const Exchange& exchange,
                   policy::OrDenial<UserRecord> (Subscribers::*act)(const Acting&, const std::string&)) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  if (auto problem = fault_in_empty(exchange.request.body)) return *problem;
  return answered(200, (std::get<Subscribers*>(subscribers)->*act)(acting(exchange), exchange.parameters[0]));
}

// The user as he would be; what only the creating gives him is not there.
Answer would_create(const Exchange& exchange, Subscribers& port, const NewUser& user) {
  const auto outcome = port.would_create_user(acting(exchange), user);
  if (auto problem = refusal_in(outcome)) return *problem;
  auto json = encode(std::get<UserRecord>(outcome));
  json.erase("id");
  json.erase("created");
  return json_response(200, json).with("Cache-Control", "no-store");
}

}  // namespace

Answer register_organisation(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  const auto name = decode_organisation(exchange.request.body);
  if (const auto* problem = refused(name)) return *problem;
  return answered(201, std::get<Subscribers*>(subscribers)
                           ->register_organisation(acting(exchange), std::get<std::string>(name)));
}

Answer list_organisations(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  if (auto problem = QueryReader(exchange.request.target.query).finish()) return *problem;
  return listed(std::get<Subscribers*>(subscribers)->organisations(acting(exchange)));
}

Answer create_user(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  auto* port = std::get<Subscribers*>(subscribers);
  QueryReader query(exchange.request.target.query);
  const auto dry_run = query.text("dry_run").value_or("false");
  if (dry_run != "true" && dry_run != "false") query.fail("dry_run", "is none of true, false");
  if (auto problem = query.finish()) return *problem;
  const auto user = decode_new_user(exchange.request.body, port->pack());
  if (const auto* problem = refused(user)) return *problem;
  if (dry_run == "true") return would_create(exchange, *port, std::get<NewUser>(user));
  auto answer = answered(201, port->create_user(acting(exchange), std::get<NewUser>(user)));
  if (auto* response = std::get_if<Response>(&answer))
    response->with("Location", "/v1/users/" + Json::parse(response->body)["id"].get<std::string>());
  return answer;
}

Answer list_users(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  QueryReader query(exchange.request.target.query);
  UserFilter filter{query.text("organisation"), query.text("user_id"), query.text("cursor").value_or(""),
                    static_cast<int>(query.number("limit", 1, 1000).value_or(100))};
  if (auto problem = query.finish()) return *problem;
  const auto outcome = std::get<Subscribers*>(subscribers)->find_users(acting(exchange), filter);
  if (auto problem = refusal_in(outcome)) return *problem;
  const auto& page = std::get<UserPage>(outcome);
  Json json;
  json["items"] = Json::array();
  for (const auto& each : page.items) json["items"].push_back(encode(each));
  json["next"] = page.next.empty() ? Json(nullptr) : Json(page.next);
  auto response = json_response(200, json);
  if (!page.next.empty()) response.with("Link", next_link(exchange.request, page.next));
  return response.with("Cache-Control", "no-store");
}

Answer get_user(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  if (auto problem = QueryReader(exchange.request.target.query).finish()) return *problem;
  return answered(200,
                  std::get<Subscribers*>(subscribers)->find_user(acting(exchange), exchange.parameters[0]));
}

Answer get_user_history(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  QueryReader query(exchange.request.target.query);
  const HistoryFilter filter{query.number("cursor", 0, k_most_leaves).value_or(0),
                             static_cast<int>(query.number("limit", 1, 1000).value_or(100))};
  if (auto problem = query.finish()) return *problem;
  const auto outcome =
      std::get<Subscribers*>(subscribers)->history(acting(exchange), exchange.parameters[0], filter);
  if (auto problem = refusal_in(outcome)) return *problem;
  const auto& page = std::get<HistoryPage>(outcome);
  const auto next = page.next ? std::to_string(*page.next) : "";
  std::string text = "{\"items\":[";
  for (const auto& leaf : page.leaves) text += (text.back() == '[' ? "" : ",") + leaf;
  text += "],\"next\":" + (next.empty() ? "null" : "\"" + next + "\"") + "}";
  auto response = json_response(200, std::move(text));
  if (!next.empty()) response.with("Link", next_link(exchange.request, next));
  return response.with("Cache-Control", "no-store");
}

Answer list_user_enrolments(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  if (auto problem = QueryReader(exchange.request.target.query).finish()) return *problem;
  return listed(
      std::get<Subscribers*>(subscribers)->user_enrolments(acting(exchange), exchange.parameters[0]));
}

Answer change_user(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  auto* port = std::get<Subscribers*>(subscribers);
  const auto change = decode_user_change(exchange.request.body, port->pack());
  if (const auto* problem = refused(change)) return *problem;
  return answered(200,
                  port->change_user(acting(exchange), exchange.parameters[0], std::get<UserChange>(change)));
}

Answer delete_user(const Exchange& exchange) {
  return act_on_user(exchange, &Subscribers::delete_user);
}

Answer release_user(const Exchange& exchange) {
  return act_on_user(exchange, &Subscribers::release_user);
}

Answer revoke_user_certificates(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  const auto application = decode_application(exchange.request.body);
  if (const auto* problem = refused(application)) return *problem;
  const auto outcome = std::get<Subscribers*>(subscribers)
                           ->revoke_certificates(acting(exchange), exchange.parameters[0],
                                                 std::get<RevocationApplication>(application));
  if (auto problem = refusal_in(outcome)) return *problem;
  std::string text = "{\"items\":[";
  for (const auto& each : std::get<std::vector<CertificateRecord>>(outcome))
    text += (text.back() == '[' ? "" : ",") + to_text(each);
  return json_response(200, text + "]}");
}

Answer get_policy_pack(const Exchange& exchange) {
  const auto subscribers = subscribers_of(exchange);
  if (const auto* problem = refused(subscribers)) return *problem;
  if (auto problem = QueryReader(exchange.request.target.query).finish()) return *problem;
  return json_response(200, encode(std::get<Subscribers*>(subscribers)->pack()));
}

}  // namespace inkan::api
