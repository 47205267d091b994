#include "api/portal/proof_site.h"

#include "api/portal/calls.h"
#include "policy/types/error.h"
#include "policy/x509/pem.h"

namespace inkan::api::portal {
namespace {

// The enrolment's certificate in DER; nothing while it has none.
policy::Bytes certificate_of(const Json& enrolment) {
  const auto record = enrolment.find("certificate");
  if (record == enrolment.end() || !record->is_object()) return {};
  return policy::pem_decode_certificate(record->value("certificate", ""));
}

std::string_view judge(Visit& visit) {
  const auto& shown = visit.request().peer->shown;
  const auto& ticket = visit.enrolment();
  if (shown.empty() || !ticket || !is_id(ticket->id)) return "no";
  const auto found = visit.get(*ticket);
  if (!found.ok()) return visit.drop_if_over(found) ? "no" : "unavailable";
  // Octet for octet. That the browser has its key the handshake has proven (see take_any in
  // api/http/tls_context.cpp).
  const auto certificate = certificate_of(found.body);
  if (certificate.empty()) return "no";
  if (certificate != shown) return "other";
  const auto confirmed = visit.post(*ticket, "confirm", {{"asserted", "tls"}});
  if (confirmed.ok()) return "yes";
  return confirmed.status == 403 && !confirmed.body.value("rule", "").empty() ? "no" : "unavailable";
}

// A navigation from another site brings no cookie (SameSite=Strict); where the browser tells it, it is told.
bool is_foreign(const RequestHead& head) {
  const auto* site = head.find("sec-fetch-site");
  return site && *site == "cross-site";
}

}  // namespace

Response ProofSite::back(std::string_view installed) const {
  Response response{303, {}, {}, {}};
  response.close = true;  // a browser chooses a certificate once for each connection
  response.with("Location", main_origin_ + "/enrol?installed=" + std::string(installed))
      .with("Cache-Control", "no-store");
  return response;
}

Response ProofSite::decide(Visit& visit) {
  const auto& request = visit.request();
  if (request.target.segments != std::vector<std::string>{"installed"} || request.head.method != "GET")
    return visit.refuse({ProblemType::not_found, "there is nothing at this address", {}, {}, {}, {}, {}});
  if (is_foreign(request.head)) return back("no");
  try {
    return back(judge(visit));
  } catch (const policy::Error& error) {
    // It is a page that the user sees, not a call: the main one tells him.
    if (error.code() != policy::ErrorCode::unavailable) throw;
    return back("unavailable");
  }
}

}  // namespace inkan::api::portal
