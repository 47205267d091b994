#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/handlers/receipts.h"
#include "api/handlers/visible.h"
#include "api/json/certificate_json.h"
#include "api/json/pem.h"
#include "api/query.h"

namespace inkan::api {
namespace {

using policy::Role;
using policy::Serial;

constexpr const char* k_pem_chain_media = "application/pem-certificate-chain";

policy::Denial denial_of(const Problem& problem) {
  return {problem.rule, problem.clause, problem.detail, problem.mend};
}

ListFilter read_filter(QueryReader& query) {
  ListFilter filter;
  filter.profile = query.text("profile");
  filter.status = query.text("status");
  filter.authority = query.text("authority");
  filter.requester = query.text("requester");
  filter.subject_contains = query.text("subject");
  filter.spki_sha256 = query.text("spki_sha256");
  filter.expires_before = query.time("expires_before");
  filter.issued_after = query.time("issued_after");
  filter.limit = static_cast<int>(query.number("limit", 1, 1000).value_or(100));
  filter.cursor = query.text("cursor").value_or("");
  if (filter.status && !certificate_status(*filter.status))
    query.fail("status", "is none of valid, revoked, held, expired, not-yet-valid, failed, possibly-signed");
  if (filter.spki_sha256) {
    const auto hash = policy::SpkiHash::from_hex(*filter.spki_sha256);
    if (!hash) query.fail("spki_sha256", "is not 64 hexadecimal digits");
    if (hash) filter.spki_sha256 = hash->hex();
  }
  return filter;
}

}  // namespace

Answer issue_certificate(const Exchange& exchange) {
  const auto request = decode_issue_request(exchange.request.body);
  const auto* refusal = refused(request);
  // Where a rule refused the certification request itself, that is for the log and ties retries; a misspelt
  // body is neither.
  if (refusal && refusal->rule.empty()) return *refusal;
  const auto outcome =
      refusal
          ? exchange.authority.deny(exchange.call, denial_of(*refusal), exchange.idempotency)
          : exchange.authority.issue(exchange.call, std::get<IssueRequest>(request), exchange.idempotency);
  if (auto problem = unfinished(outcome)) return *problem;
  const auto& issued = std::get<IssuedCertificate>(outcome);
  Response response =
      exchange.media == 0
          ? json_with_receipt(exchange, 201, to_text(issued), issued.record.outcome)
          : Response{201, k_pem_chain_media, to_pem_chain(issued.chain), {{"Cache-Control", "no-store"}}};
  if (issued.replayed) response.with("Idempotency-Replayed", "true");
  return response.with("Location", "/v1/certificates/" + issued.record.serial.hex());
}

Answer dry_run_certificate(const Exchange& exchange) {
  const auto request = decode_issue_request(exchange.request.body);
  if (const auto* problem = refused(request)) return *problem;
  const auto run = exchange.authority.dry_run(exchange.call, std::get<IssueRequest>(request));
  // A profile that does not exist builds nothing to show.
  if (run.denial && run.tbs.empty() && run.verdicts.empty()) return problem_of(*run.denial);
  return json_response(200, encode(run));
}

Answer get_certificate(const Exchange& exchange) {
  const auto serial = serial_in_path(exchange);
  if (const auto* problem = refused(serial)) return *problem;
  const auto visible = visible_certificate(exchange, std::get<Serial>(serial));
  if (const auto* problem = refused(visible)) return *problem;
  const auto& found = std::get<IssuedCertificate>(visible);
  if (exchange.media == 0)
    return cacheable(exchange.request, "application/json", to_text(found), "private, no-cache");
  if (found.chain.empty())
    return Problem{ProblemType::not_found,
                   "this request never became a certificate: it is " + std::string(name(found.record.status)),
                   {},
                   {},
                   "accept application/json to read its record",
                   {},
                   {}};
  return cacheable(exchange.request, k_pem_chain_media, to_pem_chain(found.chain), "private, no-cache");
}

Answer list_certificates(const Exchange& exchange) {
  QueryReader query(exchange.request.target.query);
  auto filter = read_filter(query);
  if (auto problem = query.finish()) return *problem;
  const auto& identity = exchange.call.identity;
  if (identity.role() == Role::web_tier) {
    if (filter.requester && *filter.requester != identity.id())
      return Problem{ProblemType::role_not_allowed,
                     "the role web-tier sees its own requests only",
                     {},
                     {},
                     "leave out `requester`",
                     {},
                     {}};
    filter.requester = identity.id();
  }
  const auto page = exchange.authority.list_certificates(exchange.call, filter);
  auto response = json_response(200, to_text(page));
  if (!page.next.empty()) response.with("Link", next_link(exchange.request, page.next));
  return response;
}

Answer revoke_certificate(const Exchange& exchange) {
  auto serial = serial_in_path(exchange);
  if (const auto* problem = refused(serial)) return *problem;
  const auto request = decode_revoke_request(exchange.request.body, std::get<Serial>(std::move(serial)));
  if (const auto* problem = refused(request)) return *problem;
  const auto& revoke = std::get<RevokeRequest>(request);
  const auto visible = visible_certificate(exchange, revoke.serial);
  if (const auto* problem = refused(visible)) return *problem;
  const auto outcome = exchange.authority.revoke(exchange.call, revoke, exchange.idempotency);
  if (auto problem = unfinished(outcome)) return *problem;
  const auto& record = std::get<CertificateRecord>(outcome);
  return json_when_published(exchange, record,
                             record.revocation ? std::optional(record.revocation->leaf) : std::nullopt);
}

// RFC 9773 §4.3.1: Retry-After is the server's choice; six hours notice an incident in time.
Answer get_renewal(const Exchange& exchange) {
  const auto serial = serial_in_path(exchange);
  if (const auto* problem = refused(serial)) return *problem;
  const auto visible = visible_certificate(exchange, std::get<Serial>(serial));
  if (const auto* problem = refused(visible)) return *problem;
  const auto& record = std::get<IssuedCertificate>(visible).record;
  auto response = json_response(200, to_text(exchange.authority.renewal(record)));
  return response.with("Retry-After", "21600");
}

Answer release_certificate(const Exchange& exchange) {
  auto serial = serial_in_path(exchange);
  if (const auto* problem = refused(serial)) return *problem;
  if (auto problem = fault_in_release_request(exchange.request.body)) return *problem;
  const auto visible = visible_certificate(exchange, std::get<Serial>(serial));
  if (const auto* problem = refused(visible)) return *problem;
  const auto outcome =
      exchange.authority.release(exchange.call, std::get<Serial>(serial), exchange.idempotency);
  if (auto problem = unfinished(outcome)) return *problem;
  const auto& record = std::get<CertificateRecord>(outcome);
  // One that was never on hold is answered as it is.
  return json_when_published(exchange, record,
                             record.release ? std::optional(record.release->leaf) : std::nullopt);
}

}  // namespace inkan::api
