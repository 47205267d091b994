// Lints judge the exact bytes that will be signed. They read them afresh and share no code with the builder
// but DER.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "policy/issuer.h"
#include "policy/lint/tbs_view.h"
#include "policy/ocsp/ocsp_responder.h"
#include "policy/profile/profile.h"
#include "policy/x509/tbs_cert_list.h"

namespace inkan::policy {

struct LintInput {
  const TbsView& tbs;
  const Issuer& issuer;
  const Profile& profile;
  const PublicKey* parsed = nullptr;  // a key whose octets have been judged already; nobody's: null
};

struct Lint {
  const char* id;
  const char* clause;
  // Nothing if the bytes are right, else what is wrong. May throw der::Malformed, which counts as wrong.
  std::optional<std::string> (*judge)(const LintInput&);
};

const std::vector<Lint>& rfc5280_lints();  // what any certificate must be
const std::vector<Lint>& profile_lints();  // what this profile says, no more and no less

// The same for a CRL's bytes; the first thing wrong, as a denial under "lint.crl.*".
std::optional<Denial> lint_cert_list(BytesView tbs, const Issuer& issuer, std::optional<CrlNumber> previous);

// The same for an OCSP ResponseData, under "lint.ocsp.*", against the responder's certificate: without that
// nobody could judge the answer.
std::optional<Denial> lint_response_data(BytesView tbs, const OcspResponder& responder);
// And for a certification request's: it asks for the issuer's own name and key, and for a CA certificate.
std::optional<Denial> lint_certification_request(BytesView tbs, const Issuer& issuer);

}  // namespace inkan::policy
