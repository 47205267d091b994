// The codecs of certificates: what asks for one, one as it stands, a page of them, a dry run, and revoking.
#pragma once

#include "api/authority.h"
#include "api/json/document.h"

namespace inkan::api {

OrProblem<IssueRequest> decode_issue_request(std::string_view body);
OrProblem<RevokeRequest> decode_revoke_request(std::string_view body, policy::Serial serial);
// Its members `reason` and `invalidity_date`, from a body that has more.
struct RevocationWords {
  policy::RevocationReason reason = policy::RevocationReason::unspecified;
  std::optional<policy::Instant> invalidity_date;
};
RevocationWords read_revocation(ObjectReader& reader);
std::string to_text(const RenewalRecord& renewal);
std::optional<Problem> fault_in_release_request(std::string_view body);  // an object without members

// Written straight: every issued certificate is answered with one.
std::string to_text(const CertificateRecord& record);
std::string to_text(const IssuedCertificate& issued);  // with certificate and chain
std::string to_text(const CertificatePage& page);
Json encode(const DryRun& run);

}  // namespace inkan::api
