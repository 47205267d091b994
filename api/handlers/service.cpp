#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/json/identity_json.h"
#include "api/json/service_json.h"
#include "api/query.h"
#include "policy/dual_control/line_diff.h"

namespace inkan::api {
namespace {

constexpr int k_default_entries = 100;

template <class T>
Json items_of(const std::vector<T>& records) {
  Json json;
  json["items"] = Json::array();
  for (const auto& record : records) json["items"].push_back(encode(record));
  return json;
}

std::optional<Problem> refuse_query(const Exchange& exchange) {
  return QueryReader(exchange.request.target.query).finish();
}

}  // namespace

Answer list_authorities(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  auto json = items_of(exchange.authority.authorities());
  json["requests"] = items_of(exchange.authority.ca_requests())["items"];
  return json_response(200, json);
}

Answer get_ca_request(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  for (const auto& request : exchange.authority.ca_requests())
    if (request.id == exchange.parameters[0])
      return Response{200, "application/pkcs10", std::string(policy::as_text(request.request)), {}};
  return Problem{ProblemType::not_found,
                 "no certificate of an authority of this id is awaited from outside",
                 {},
                 {},
                 "GET /v1/authorities lists the requests",
                 {},
                 {}};
}

Answer list_profiles(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  auto json = items_of(exchange.authority.profiles());
  json["offered"] = Json::array();
  for (const auto& offer : exchange.authority.profile_offers()) json["offered"].push_back(encode(offer));
  return json_response(200, json);
}

// The one in force, or the version asked for; with what differs from another one, if that is asked for.
Answer get_profile(const Exchange& exchange) {
  QueryReader query(exchange.request.target.query);
  const auto version = query.number("version", 1, std::numeric_limits<int>::max());
  const auto against = query.number("against", 1, std::numeric_limits<int>::max());
  if (auto problem = query.finish()) return *problem;
  const auto versions = exchange.authority.profile_versions(exchange.parameters[0]);
  const ProfileRecord *wanted = nullptr, *other = nullptr;
  Json known = Json::array();
  for (const auto& each : versions) {
    if (version ? static_cast<std::uint64_t>(each.version) == *version : each.in_force) wanted = &each;
    if (against && static_cast<std::uint64_t>(each.version) == *against) other = &each;
    Json one = encode(each);
    for (const auto* left_out : {"name", "description", "roles", "document"}) one.erase(left_out);
    known.push_back(std::move(one));
  }
  if (!wanted || (against && !other))
    return Problem{ProblemType::not_found,
                   "there is no profile of this name, or no such version of it",
                   {},
                   {},
                   "GET /v1/profiles lists them, GET /v1/profiles/{name} its versions",
                   {},
                   {}};
  Json json = encode(*wanted);
  json["versions"] = std::move(known);
  if (other) json["diff"] = policy::line_diff(other->document, wanted->document);
  return json_response(200, json);
}

Answer get_ledger(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  return json_response(200, encode(exchange.authority.ledger_head()));
}

Answer list_ledger_entries(const Exchange& exchange) {
  QueryReader query(exchange.request.target.query);
  const auto from = query.number("from", 0, std::numeric_limits<std::int64_t>::max()).value_or(0);
  const auto limit = static_cast<int>(query.number("limit", 1, 1000).value_or(k_default_entries));
  if (auto problem = query.finish()) return *problem;
  const auto entries = exchange.authority.ledger_entries(from, limit);
  auto json = items_of(entries);
  const bool more = static_cast<int>(entries.size()) == limit;
  json["next"] = more ? Json(entries.back().index + 1) : Json(nullptr);
  auto response = json_response(200, json);
  if (more)
    response.with("Link", "</v1/ledger/entries?from=" + std::to_string(entries.back().index + 1) +
                              "&limit=" + std::to_string(limit) + ">; rel=\"next\"");
  return response;
}

// A difference is an answer like any other: 200 says that the books were read.
Answer get_reconciliation(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  return json_response(200, encode(exchange.authority.reconcile()));
}

Answer list_tokens(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  return json_response(200, items_of(exchange.authority.tokens()));
}

Answer list_keys(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  return json_response(200, items_of(exchange.authority.keys()));
}

Answer list_identities(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  return json_response(200, items_of(exchange.authority.identities()));
}

// Findings are an answer like any other, as differences of the books are.
Answer review_identities(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  return json_response(200, encode(exchange.authority.review_identities()));
}

Answer get_readiness(const Exchange& exchange) {
  if (auto problem = refuse_query(exchange)) return *problem;
  const auto readiness = exchange.authority.readiness();
  return json_response(readiness.ready ? 200 : 503, encode(readiness));
}

}  // namespace inkan::api
