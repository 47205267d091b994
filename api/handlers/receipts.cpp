#include "api/handlers/receipts.h"

#include <algorithm>

#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/handlers/visible.h"
#include "api/http/header_values.h"
#include "api/json/certificate_json.h"
#include "api/query.h"
#include "policy/types/json_object.h"

namespace inkan::api {
namespace {

// A checkpoint comes within a second, a CRL as soon as it is signed; more is patience with a token that is
// out.
constexpr int k_longest_wait_seconds = 10;

std::chrono::seconds wait_of(const Request& request) {
  return std::chrono::seconds(std::min(preferred_wait(request.head.find("prefer")), k_longest_wait_seconds));
}

Deadline until(const Exchange& exchange) {
  return std::chrono::steady_clock::now() + wait_of(exchange.request);
}

// Before the end of the object.
void append_member(std::string& json, std::string_view name, std::string_view value) {
  json.pop_back();
  json += ",\"";
  json += name;
  json += "\":";
  json += value;
  json += '}';
}

void append_text(std::string& json, std::string_view name, const std::string& text) {
  std::string value;
  policy::append_json_text(value, text);
  append_member(json, name, value);
}

std::string to_text(const Publication& published, const CertificateRecord& certificate) {
  std::string text;
  policy::JsonObject json(text, policy::JsonObject::Names::as_they_come);
  auto crl = json.object("crl");
  crl.text("authority", certificate.authority);
  if (certificate.crl_shard != policy::k_full_crl) crl.number("shard", certificate.crl_shard);
  crl.number("number", published.crl_number);
  crl.text("this_update", policy::to_rfc3339(published.crl_this_update));
  crl.end();
  if (published.ocsp_from) json.text("ocsp_from", policy::to_rfc3339(*published.ocsp_from));
  json.end();
  return text;
}

// The leaf whose receipt is asked for.
OrProblem<policy::LeafIndex> leaf_of(const CertificateRecord& record, const std::string& of) {
  if (of == "issuance") return record.outcome.value_or(record.intent);
  if (of == "release" && record.release) return record.release->leaf;
  if (of == "revocation" && record.revocation) return record.revocation->leaf;
  return Problem{
      ProblemType::not_found,
      of == "release" ? "the certificate was not on hold and released" : "the certificate was not revoked",
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
  if (of != "issuance" && of != "revocation" && of != "release")
    query.fail("of", "is none of issuance, revocation, release");
  if (auto problem = query.finish()) return *problem;
  const auto serial = serial_in_path(exchange);
  if (const auto* problem = refused(serial)) return *problem;
  const auto found = visible_certificate(exchange, std::get<policy::Serial>(serial));
  if (const auto* problem = refused(found)) return *problem;
  const auto leaf = leaf_of(std::get<IssuedCertificate>(found).record, of);
  if (const auto* problem = refused(leaf)) return *problem;
  auto text = exchange.authority.receipt(std::get<policy::LeafIndex>(leaf), until(exchange));
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
  const auto text = wanted ? exchange.authority.receipt(*leaf, until(exchange)) : std::nullopt;
  if (text) append_text(json, "receipt", *text);
  auto response = json_response(status, std::move(json));
  if (text) response.with("Preference-Applied", "wait");
  return response;
}

Response json_when_published(const Exchange& exchange, const CertificateRecord& certificate,
                             std::optional<policy::LeafIndex> leaf) {
  auto json = to_text(certificate);
  if (!leaf || wait_of(exchange.request) <= std::chrono::seconds(0))
    return json_response(200, std::move(json));
  const auto end = until(exchange);
  const auto publication = exchange.authority.publication(certificate, *leaf, end);
  const auto* const published = std::get_if<Publication>(&publication);
  if (published)
    append_member(json, "published", to_text(*published, certificate));
  else
    append_text(json, "unpublished", std::get<std::string>(publication));
  // The same patience: it is there, or a moment away, by the time that a CRL is out.
  if (const auto text = exchange.authority.receipt(*leaf, end)) append_text(json, "receipt", *text);
  auto response = json_response(200, std::move(json));
  if (published) response.with("Preference-Applied", "wait");
  return response;
}

}  // namespace inkan::api
