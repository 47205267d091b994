// Many certificates revoked together: at once, or by an act that officers vote on.
#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/json/revocation_json.h"
#include "api/query.h"

namespace inkan::api {

Answer revoke_certificates(const Exchange& exchange) {
  const auto decoded = decode_revocations(exchange.request.body);
  if (const auto* problem = refused(decoded)) return *problem;
  const auto& [order, preview] = std::get<DecodedRevocations>(decoded);
  if (preview) {
    const auto report = exchange.authority.preview_revocations(exchange.call, order);
    if (const auto* denial = policy::denied(report)) return problem_of(*denial);
    return json_response(200, encode(std::get<RevocationReport>(report)));
  }
  const auto outcome = exchange.authority.revoke_many(exchange.call, order, exchange.idempotency);
  if (auto problem = unfinished(outcome)) return *problem;
  const auto& report = std::get<RevocationReport>(outcome);
  auto response = json_response(report.approval ? 202 : 200, encode(report));
  if (report.replayed) response.with("Idempotency-Replayed", "true");
  if (report.approval) response.with("Location", "/v1/revocations/" + report.approval->id);
  return response;
}

Answer get_revocations(const Exchange& exchange) {
  if (auto problem = QueryReader(exchange.request.target.query).finish()) return *problem;
  const auto report = exchange.authority.find_revocations(exchange.call, exchange.parameters[0]);
  if (report) return json_response(200, encode(*report));
  return Problem{ProblemType::not_found,
                 "there are no such revocations that you may see",
                 {},
                 {},
                 "take the id from the answer of POST /v1/revocations, or of GET /v1/approvals",
                 {},
                 {}};
}

}  // namespace inkan::api
