// Dual control: acts that officers ask for and vote on, and the switch that one of them may throw alone.
#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/json/approval_json.h"
#include "api/query.h"

namespace inkan::api {
namespace {

Problem no_approval() {
  return Problem{ProblemType::not_found,
                 "there is no approval of this id",
                 {},
                 {},
                 "GET /v1/approvals lists them",
                 {},
                 {}};
}

Answer issuing_state(const Exchange& exchange) {
  return json_response(200, encode_issuing(exchange.authority.stopped_issuing()));
}

}  // namespace

Answer request_approval(const Exchange& exchange) {
  const auto order = decode_approval_order(exchange.request.body);
  if (const auto* problem = refused(order)) return *problem;
  const auto outcome = exchange.authority.request_approval(exchange.call, std::get<ApprovalOrder>(order));
  if (const auto* denial = policy::denied(outcome)) return problem_of(*denial);
  const auto& record = std::get<ApprovalRecord>(outcome);
  return json_response(201, encode(record)).with("Location", "/v1/approvals/" + record.id);
}

Answer list_approvals(const Exchange& exchange) {
  QueryReader query(exchange.request.target.query);
  const auto state = query.text("state");
  if (state && *state != "open" && *state != "approved" && *state != "refused" && *state != "expired" &&
      *state != "void")
    query.fail("state", "is none of open, approved, refused, expired, void");
  if (auto problem = query.finish()) return *problem;
  Json json;
  json["items"] = Json::array();
  for (const auto& record : exchange.authority.list_approvals(exchange.call, state))
    json["items"].push_back(encode(record));
  return json_response(200, json);
}

Answer get_approval(const Exchange& exchange) {
  if (auto problem = QueryReader(exchange.request.target.query).finish()) return *problem;
  const auto record = exchange.authority.find_approval(exchange.call, exchange.parameters[0]);
  return record ? Answer(json_response(200, encode(*record))) : Answer(no_approval());
}

Answer vote_on_approval(const Exchange& exchange) {
  const auto vote = decode_approval_vote(exchange.request.body);
  if (const auto* problem = refused(vote)) return *problem;
  const auto& id = exchange.parameters[0];
  const auto outcome = exchange.authority.vote(exchange.call, id, std::get<ApprovalVote>(vote));
  if (const auto* denial = policy::denied(outcome)) return problem_of(*denial);
  return json_response(200, encode(std::get<ApprovalRecord>(outcome)));
}

Answer get_issuing(const Exchange& exchange) {
  if (auto problem = QueryReader(exchange.request.target.query).finish()) return *problem;
  return issuing_state(exchange);
}

Answer stop_issuing(const Exchange& exchange) {
  const auto reason = decode_stop(exchange.request.body);
  if (const auto* problem = refused(reason)) return *problem;
  exchange.authority.stop_issuing(exchange.call, std::get<std::string>(reason));
  return issuing_state(exchange);
}

}  // namespace inkan::api
