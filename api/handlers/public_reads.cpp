#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/json/pem.h"
#include "api/openapi.h"

namespace inkan::api {
namespace {

// Long enough to spare us, short enough that a revocation is seen soon after its CRL.
constexpr const char* k_crl_cache = "public, max-age=300, must-revalidate";
constexpr const char* k_certificate_cache = "public, max-age=86400";

Problem no_such_authority() {
  return {ProblemType::not_found,
          "there is no authority of this id, or it has no such thing published yet",
          {},
          {},
          "check the id in the path",
          {},
          {}};
}

std::optional<AuthorityRecord> find_authority(const PublicExchange& exchange) {
  for (auto& authority : exchange.authority.authorities())
    if (authority.id == exchange.parameters[0]) return authority;
  return std::nullopt;
}

Answer link_of(const PublicExchange& exchange, Authority::Link which) {
  const auto link = exchange.authority.find_link(exchange.parameters[0], which);
  if (!link) return no_such_authority();
  return cacheable(exchange.request, "application/pkix-cert", std::string(policy::as_text(*link)),
                   k_certificate_cache);
}

Response plain_text(int status, std::string text) {
  Response response{status, "text/plain; charset=utf-8", std::move(text), {}};
  return response.with("Cache-Control", "no-store");
}

}  // namespace

Answer get_openapi(const PublicExchange& exchange) {
  return cacheable(exchange.request, "application/yaml", std::string(openapi_document()),
                   "public, max-age=300");
}

Answer get_livez(const PublicExchange&) {
  return plain_text(200, "alive\n");
}

// The word only: which part is not ready is for officers and auditors (GET /v1/readiness).
Answer get_readyz(const PublicExchange& exchange) {
  return exchange.authority.readiness().ready ? plain_text(200, "ready\n") : plain_text(503, "not ready\n");
}

Answer get_old_with_new(const PublicExchange& exchange) {
  return link_of(exchange, Authority::Link::old_with_new);
}

Answer get_new_with_old(const PublicExchange& exchange) {
  return link_of(exchange, Authority::Link::new_with_old);
}

Answer get_ca_certificate(const PublicExchange& exchange) {
  const auto authority = find_authority(exchange);
  if (!authority) return no_such_authority();
  return cacheable(exchange.request, "application/pkix-cert",
                   std::string(policy::as_text(authority->certificate)), k_certificate_cache);
}

// With those above it that are outside, but for the root: a verifier has that, or must not take it from us.
Answer get_ca_certificate_pem(const PublicExchange& exchange) {
  const auto authority = find_authority(exchange);
  if (!authority) return no_such_authority();
  std::string pem = to_pem(authority->certificate);
  for (std::size_t i = 0; i + 1 < authority->outside_issuers.size(); ++i)
    pem += to_pem(authority->outside_issuers[i]);
  return cacheable(exchange.request, "application/x-pem-file", pem, k_certificate_cache);
}

Answer crl_of(const PublicExchange& exchange, int shard) {
  const auto crl = exchange.authority.find_crl(exchange.parameters[0], shard);
  if (!crl) return no_such_authority();
  auto response = cacheable(exchange.request, "application/pkix-crl", crl->der, crl->sha256, k_crl_cache);
  return response.with("Last-Modified", http_date(crl->this_update));
}

Answer get_crl(const PublicExchange& exchange) {
  return crl_of(exchange, policy::k_full_crl);
}

// Spelled as certificates spell it, and in no other way.
Answer get_crl_shard(const PublicExchange& exchange) {
  for (int shard = 1; shard <= policy::k_most_crl_shards; ++shard)
    if (exchange.parameters[1] == std::to_string(shard)) return crl_of(exchange, shard);
  return no_such_authority();
}

// RFC 5019 §6: what is of one certificate, and for everybody, may be kept by anyone in between.
Answer ocsp_response(const PublicExchange& exchange, policy::BytesView request, bool by_get) {
  const auto answer = exchange.authority.answer_ocsp(request, exchange.request.peer->address);
  if (!answer)
    return Problem{ProblemType::not_found,
                   "this authority has no OCSP responder",
                   {},
                   {},
                   "read the CRL: certificates name its URL",
                   {},
                   {}};
  Response response{200, "application/ocsp-response", std::string(policy::as_text(answer->der)), {}};
  if (!by_get || answer->max_age.count() == 0) return response.with("Cache-Control", "no-store");
  response =
      cacheable(exchange.request, response.content_type, std::move(response.body),
                "public, no-transform, must-revalidate, max-age=" + std::to_string(answer->max_age.count()));
  return response.with("Last-Modified", http_date(answer->this_update))
      .with("Expires", http_date(answer->next_update));
}

Answer post_ocsp(const PublicExchange& exchange) {
  return ocsp_response(exchange, policy::as_bytes(exchange.request.body), false);
}

// RFC 6960 Appendix A.1: base64 in the path. What is none is answered as any malformed request is.
Answer get_ocsp(const PublicExchange& exchange) {
  return ocsp_response(exchange, policy::from_base64(exchange.parameters[0]).value_or(policy::Bytes{}), true);
}

Answer get_checkpoint(const PublicExchange& exchange) {
  const auto ledger = exchange.authority.ledger_head();
  if (ledger.checkpoint.empty())
    return Problem{
        ProblemType::not_found, "no checkpoint has been signed yet", {}, {}, "try again in a minute", {}, {}};
  return cacheable(exchange.request, "text/plain; charset=utf-8", ledger.checkpoint, "public, no-cache");
}

Answer get_metrics(const PublicExchange& exchange) {
  Response response{200, "text/plain; version=0.0.4; charset=utf-8", exchange.authority.metrics(), {}};
  return response.with("Cache-Control", "no-store");
}

}  // namespace inkan::api
