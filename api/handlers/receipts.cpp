#include "api/handlers/receipts.h"

#include <algorithm>

#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/handlers/visible.h"
#include "api/http/header_values.h"
#include "api/query.h"
#include "policy/types/json_object.h"

namespace inkan::api {
namespace {

// A checkpoint comes within a second; more is patience with a token that is out.
constexpr int k_longest_wait_seconds = 10;

std::chrono::seconds wait_of(const Request& request) {
  return std::chrono::seconds(std::min(preferred_wait(request.head.find("prefer")), k_longest_wait_seconds));
}

std::optional<std::string> receipt(const Exchange& exchange, policy::LeafIndex leaf) {
  return exchange.authority.receipt(leaf, std::chrono::steady_clock::now() + wait_of(exchange.request));
}

// The leaf whose receipt is asked for.
OrProblem<policy::LeafIndex> leaf_of(const CertificateRecord& record, const std::string& of) {
  if (of == "issuance") return record.outcome.value_or(record.intent);
  if (record.revocation) return record.revocation->leaf;
  return Problem{ProblemType::not_found,
                 "the certificate was not revoked",
                 {},
                 {},
                 "leave out `of` for the receipt of its issuance",
                 {},
                 {}};
}

}  // namespace

Answer get_receipt(const Exchange& exchange) {
  QueryReader query(exchange.request.target.query);
  const auto of = query.text("of").value_or("issuance");
  if (of != "issuance" && of != "revocation") query.fail("of", "is neither issuance nor revocation");
  if (auto problem = query.finish()) return *problem;
  const auto serial = serial_in_path(exchange);
  if (const auto* problem = refused(serial)) return *problem;
  const auto found = visible_certificate(exchange, std::get<policy::Serial>(serial));
  if (const auto* problem = refused(found)) return *problem;
  const auto leaf = leaf_of(std::get<IssuedCertificate>(found).record, of);
  if (const auto* problem = refused(leaf)) return *problem;
  auto text = receipt(exchange, std::get<policy::LeafIndex>(leaf));
  if (!text)
    return Problem{ProblemType::unavailable,
                   "no checkpoint covers the leaf yet",
                   {},
                   {},
                   "ask again in a second, or with Prefer: wait=5",
                   {},
                   {{"Retry-After", "1"}}};
  Response response{200, "text/plain; charset=utf-8", std::move(*text), {}};
  return response.with("Cache-Control", "no-store");
}

Response json_with_receipt(const Exchange& exchange, int status, std::string json,
                           std::optional<policy::LeafIndex> leaf) {
  const bool wanted = leaf && wait_of(exchange.request) > std::chrono::seconds(0);
  const auto text = wanted ? receipt(exchange, *leaf) : std::nullopt;
  if (text) {
    json.pop_back();  // the object's end
    json += ",\"receipt\":";
    policy::append_json_text(json, *text);
    json += '}';
  }
  auto response = json_response(status, std::move(json));
  if (text) response.with("Preference-Applied", "wait");
  return response;
}

}  // namespace inkan::api
