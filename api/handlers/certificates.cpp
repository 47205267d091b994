#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/json/certificate_json.h"
#include "api/json/pem.h"
#include "api/query.h"

namespace inkan::api {
namespace {

using policy::Role;
using policy::Serial;

constexpr const char* k_pem_chain = "application/pem-certificate-chain";

Problem no_such_certificate(const std::string& serial) {
  return {ProblemType::not_found,
          "there is no certificate with the serial " + serial.substr(0, 80) + " that you may see",
          {},
          {},
          "check the serial; GET /v1/certificates lists those you may see",
          {},
          {}};
}

OrProblem<Serial> read_serial(const std::string& text) {
  if (const auto serial = Serial::parse(text)) return *serial;
  return invalid_request(
      {{"parameter", "serial",
        "is not a serial number: 1 to 40 hexadecimal digits, positive, at most 20 octets"}});
}

// The role table's "its own requests'": for the web tier another's certificate does not exist.
std::optional<IssuedCertificate> find_visible(const Exchange& exchange, const Serial& serial) {
  auto found = exchange.authority.find_certificate(exchange.call, serial);
  const auto& identity = exchange.call.identity;
  if (found && identity.role() == Role::web_tier && found->record.requester != identity.id())
    return std::nullopt;
  return found;
}

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

// Target of Link rel="next": the same query with another cursor.
std::string next_page(const Request& request, const std::string& cursor) {
  std::string target = request.target.path;
  char separator = '?';
  const auto append = [&](const std::string& name, const std::string& value) {
    target += separator;
    separator = '&';
    target += name + '=';
    for (const char c : value) {
      const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         c == '-' || c == '.' || c == '_' || c == '~';
      const auto octet = static_cast<std::uint8_t>(c);
      target += plain ? std::string(1, c) : "%" + policy::to_hex({&octet, 1});
    }
  };
  for (const auto& [name, value] : request.target.query)
    if (name != "cursor") append(name, value);
  append("cursor", cursor);
  return target;
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
          ? json_response(201, encode(issued))
          : Response{201, k_pem_chain, to_pem_chain(issued.chain), {{"Cache-Control", "no-store"}}};
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
  const auto serial = read_serial(exchange.parameters[0]);
  if (const auto* problem = refused(serial)) return *problem;
  const auto found = find_visible(exchange, std::get<Serial>(serial));
  if (!found) return no_such_certificate(exchange.parameters[0]);
  if (exchange.media == 0)
    return cacheable(exchange.request, "application/json", to_text(encode(*found)), "private, no-cache");
  if (found->chain.empty())
    return Problem{
        ProblemType::not_found,
        "this request never became a certificate: it is " + std::string(name(found->record.status)),
        {},
        {},
        "accept application/json to read its record",
        {},
        {}};
  return cacheable(exchange.request, k_pem_chain, to_pem_chain(found->chain), "private, no-cache");
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
  auto response = json_response(200, encode(page));
  if (!page.next.empty())
    response.with("Link", "<" + next_page(exchange.request, page.next) + ">; rel=\"next\"");
  return response;
}

Answer revoke_certificate(const Exchange& exchange) {
  auto serial = read_serial(exchange.parameters[0]);
  if (const auto* problem = refused(serial)) return *problem;
  const auto request = decode_revoke_request(exchange.request.body, std::get<Serial>(std::move(serial)));
  if (const auto* problem = refused(request)) return *problem;
  const auto& revoke = std::get<RevokeRequest>(request);
  if (!find_visible(exchange, revoke.serial)) return no_such_certificate(exchange.parameters[0]);
  const auto outcome = exchange.authority.revoke(exchange.call, revoke, exchange.idempotency);
  if (auto problem = unfinished(outcome)) return *problem;
  return json_response(200, encode(std::get<CertificateRecord>(outcome)));
}

}  // namespace inkan::api
