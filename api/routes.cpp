#include "api/routes.h"

#include "api/handlers/handlers.h"

namespace inkan::api {
namespace {

using policy::Role;

constexpr std::string_view k_json = "application/json";
constexpr std::string_view k_pem_chain = "application/pem-certificate-chain";  // RFC 8555 §9.1

constexpr Roles k_everyone{Role::web_tier, Role::bank_staff, Role::security_officer, Role::auditor};
constexpr Roles k_holders{Role::web_tier, Role::bank_staff};  // no operator's certificate is on hold
constexpr Roles k_revokers{Role::web_tier, Role::bank_staff, Role::security_officer};
constexpr Roles k_watchers{Role::security_officer, Role::auditor};
constexpr Roles k_nobody{};  // of an open route: there is no identity to ask

// Who may do what: the role table of the policy pack. Within a route a handler narrows further (a web tier
// sees only what it requested itself).
const std::vector<Route>& table() {
  static const std::vector<Route> k_table = {
      {Verb::post,
       "/v1/certificates",
       "issueCertificate",
       Audience::api,
       Roles{Role::web_tier},
       true,
       {k_json, k_pem_chain},
       &issue_certificate},
      {Verb::post,
       "/v1/certificates/dry-run",
       "dryRunCertificate",
       Audience::api,
       k_everyone,
       false,
       {k_json},
       &dry_run_certificate},
      {Verb::get,
       "/v1/certificates/{serial}",
       "getCertificate",
       Audience::api,
       k_everyone,
       false,
       {k_json, k_pem_chain},
       &get_certificate},
      {Verb::get,
       "/v1/certificates/{serial}/receipt",
       "getReceipt",
       Audience::api,
       k_everyone,
       false,
       {"text/plain"},
       &get_receipt},
      {Verb::get,
       "/v1/certificates/{serial}/renewal",
       "getRenewal",
       Audience::api,
       k_everyone,
       false,
       {k_json},
       &get_renewal},
      {Verb::get,
       "/v1/certificates",
       "listCertificates",
       Audience::api,
       k_everyone,
       false,
       {k_json},
       &list_certificates},
      {Verb::post,
       "/v1/certificates/{serial}/revoke",
       "revokeCertificate",
       Audience::api,
       k_revokers,
       true,
       {k_json},
       &revoke_certificate},
      {Verb::post,
       "/v1/certificates/{serial}/release",
       "releaseCertificate",
       Audience::api,
       k_holders,
       true,
       {k_json},
       &release_certificate},
      {Verb::get,
       "/v1/authorities",
       "listAuthorities",
       Audience::api,
       k_everyone,
       false,
       {k_json},
       &list_authorities},
      {Verb::get,
       "/v1/authorities/{id}/request",
       "getCaRequest",
       Audience::api,
       k_watchers,
       false,
       {"application/pkcs10"},
       &get_ca_request},
      {Verb::get, "/v1/profiles", "listProfiles", Audience::api, k_everyone, false, {k_json}, &list_profiles},
      {Verb::get,
       "/v1/profiles/{name}",
       "getProfile",
       Audience::api,
       k_everyone,
       false,
       {k_json},
       &get_profile},
      {Verb::get,
       "/v1/ledger",
       "getLedger",
       Audience::api,
       Roles{Role::auditor},
       false,
       {k_json},
       &get_ledger},
      {Verb::get,
       "/v1/ledger/entries",
       "listLedgerEntries",
       Audience::api,
       Roles{Role::auditor},
       false,
       {k_json},
       &list_ledger_entries},
      {Verb::get,
       "/v1/reconcile",
       "getReconciliation",
       Audience::api,
       k_watchers,
       false,
       {k_json},
       &get_reconciliation},
      {Verb::get,
       "/v1/events",
       "listEvents",
       Audience::api,
       Roles{Role::web_tier, Role::security_officer, Role::auditor},
       false,
       {k_json, "application/jsonl", "text/csv"},
       &list_events},
      {Verb::get, "/v1/keys", "listKeys", Audience::api, k_watchers, false, {k_json}, &list_keys},
      {Verb::get,
       "/v1/identities",
       "listIdentities",
       Audience::api,
       k_watchers,
       false,
       {k_json},
       &list_identities},
      {Verb::get,
       "/v1/identities/review",
       "reviewIdentities",
       Audience::api,
       k_watchers,
       false,
       {k_json},
       &review_identities},
      {Verb::post,
       "/v1/approvals",
       "requestApproval",
       Audience::api,
       Roles{Role::security_officer},
       false,
       {k_json},
       &request_approval},
      {Verb::get,
       "/v1/approvals",
       "listApprovals",
       Audience::api,
       k_watchers,
       false,
       {k_json},
       &list_approvals},
      {Verb::get,
       "/v1/approvals/{id}",
       "getApproval",
       Audience::api,
       k_watchers,
       false,
       {k_json},
       &get_approval},
      {Verb::post,
       "/v1/approvals/{id}/votes",
       "voteOnApproval",
       Audience::api,
       Roles{Role::security_officer},
       false,
       {k_json},
       &vote_on_approval},
      {Verb::get, "/v1/issuing", "getIssuing", Audience::api, k_everyone, false, {k_json}, &get_issuing},
      {Verb::post,
       "/v1/issuing/stop",
       "stopIssuing",
       Audience::api,
       Roles{Role::security_officer},
       false,
       {k_json},
       &stop_issuing},
      {Verb::post,
       "/v1/evidence",
       "orderEvidence",
       Audience::api,
       k_watchers,
       false,
       {k_json},
       &order_evidence},
      {Verb::get,
       "/v1/evidence/{id}",
       "getEvidence",
       Audience::api,
       k_watchers,
       false,
       {k_json},
       &get_evidence},
      {Verb::get,
       "/v1/evidence/{id}/archive",
       "getEvidenceArchive",
       Audience::api,
       k_watchers,
       false,
       {"application/x-tar"},
       &get_evidence_archive},
      {Verb::get,
       "/v1/evidence/{id}/signature",
       "getEvidenceSignature",
       Audience::api,
       k_watchers,
       false,
       {"text/plain"},
       &get_evidence_signature},
      {Verb::get, "/v1/tokens", "listTokens", Audience::api, k_watchers, false, {k_json}, &list_tokens},
      {Verb::get,
       "/v1/readiness",
       "getReadiness",
       Audience::api,
       k_watchers,
       false,
       {k_json},
       &get_readiness},
      {Verb::get, "/openapi.yaml", "getOpenapi", Audience::both, k_nobody, false, {}, &get_openapi},
      {Verb::get, "/livez", "getLivez", Audience::open, k_nobody, false, {}, &get_livez},
      {Verb::get, "/readyz", "getReadyz", Audience::open, k_nobody, false, {}, &get_readyz},
      {Verb::get,
       "/ca/{id}.old-with-new.crt",
       "getOldWithNew",
       Audience::both,
       k_nobody,
       false,
       {"application/pkix-cert"},
       &get_old_with_new},
      {Verb::get,
       "/ca/{id}.new-with-old.crt",
       "getNewWithOld",
       Audience::both,
       k_nobody,
       false,
       {"application/pkix-cert"},
       &get_new_with_old},
      {Verb::get,
       "/ca/{id}.crt",
       "getCaCertificate",
       Audience::both,
       k_nobody,
       false,
       {"application/pkix-cert"},
       &get_ca_certificate},
      {Verb::get,
       "/ca/{id}.pem",
       "getCaCertificatePem",
       Audience::both,
       k_nobody,
       false,
       {"application/x-pem-file"},
       &get_ca_certificate_pem},
      {Verb::get,
       "/crl/{id}.crl",
       "getCrl",
       Audience::both,
       k_nobody,
       false,
       {"application/pkix-crl"},
       &get_crl},
      {Verb::post,
       "/ocsp",
       "postOcsp",
       Audience::open,
       k_nobody,
       false,
       {"application/ocsp-response"},
       &post_ocsp},
      {Verb::get,
       "/ocsp/{request*}",
       "getOcsp",
       Audience::open,
       k_nobody,
       false,
       {"application/ocsp-response"},
       &get_ocsp},
      {Verb::get,
       "/ledger/checkpoint",
       "getCheckpoint",
       Audience::both,
       k_nobody,
       false,
       {"text/plain"},
       &get_checkpoint},
      // Before the one it would fit too.
      {Verb::get,
       "/ledger/tile/entries/{bundle*}",
       "getEntryBundle",
       Audience::api,
       Roles{Role::auditor},
       false,
       {"application/octet-stream"},
       &get_entry_bundle},
      {Verb::get,
       "/ledger/tile/{tile*}",
       "getTile",
       Audience::both,
       k_nobody,
       false,
       {"application/octet-stream"},
       &get_tile},
      {Verb::get, "/metrics", "getMetrics", Audience::metrics, k_nobody, false, {}, &get_metrics},
  };
  return k_table;
}

// One pattern segment against one path segment; a parameter's value is appended to `parameters`.
bool match_segment(std::string_view pattern, const std::string& segment,
                   std::vector<std::string>& parameters) {
  if (!pattern.starts_with('{')) return pattern == segment;
  if (segment.find('/') != std::string::npos) return false;  // an escaped one: no name here has it
  const auto suffix = pattern.substr(pattern.find('}') + 1);
  if (segment.size() <= suffix.size() || !std::string_view(segment).ends_with(suffix)) return false;
  parameters.push_back(segment.substr(0, segment.size() - suffix.size()));
  return true;
}

// The path from segment `first` on.
std::string joined(const std::vector<std::string>& segments, std::size_t first) {
  std::string path = segments[first];
  for (std::size_t i = first + 1; i < segments.size(); ++i) path += "/" + segments[i];
  return path;
}

std::optional<std::vector<std::string>> match_path(std::string_view pattern,
                                                   const std::vector<std::string>& segments) {
  std::vector<std::string> parameters;
  for (std::size_t i = 0;; ++i) {
    pattern.remove_prefix(1);
    const auto end = pattern.find('/');
    if (i == segments.size()) return std::nullopt;
    if (pattern.ends_with("*}") && end == std::string_view::npos) {
      parameters.push_back(joined(segments, i));
      return parameters;
    }
    if (!match_segment(pattern.substr(0, end), segments[i], parameters)) return std::nullopt;
    if (end == std::string_view::npos)
      return i + 1 == segments.size() ? std::optional(parameters) : std::nullopt;
    pattern.remove_prefix(end);
  }
}

bool heard(Audience audience, Audience listener) {
  return audience == listener || (audience == Audience::both && listener != Audience::metrics);
}

}  // namespace

std::span<const Route> routes() {
  return table();
}

OrProblem<Match> match(std::string_view method, const std::vector<std::string>& segments, Audience listener) {
  bool get = false, post = false;
  for (const auto& route : table()) {
    if (!heard(route.audience, listener)) continue;
    auto parameters = match_path(route.path, segments);
    if (!parameters) continue;
    const bool fits = route.verb == Verb::post ? method == "POST" : method == "GET" || method == "HEAD";
    if (fits) return Match{&route, std::move(*parameters)};
    (route.verb == Verb::post ? post : get) = true;
  }
  if (!get && !post)
    return Problem{ProblemType::not_found,
                   "no resource has this path on this listener",
                   {},
                   {},
                   listener == Audience::metrics ? "the one path here is /metrics" : "see /openapi.yaml",
                   {},
                   {}};
  const std::string allow = get && post ? "GET, HEAD, POST" : get ? "GET, HEAD" : "POST";
  return Problem{ProblemType::method_not_allowed,
                 "this resource takes " + allow,
                 {},
                 {},
                 "use one of these methods",
                 {},
                 {{"Allow", allow}}};
}

}  // namespace inkan::api
