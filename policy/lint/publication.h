// Where a certificate says that its issuer's certificate and CRL are, and a CRL of a shard that it is, read
// strictly in the one form we issue.
#pragma once

#include <string>

#include "policy/types/bytes.h"

namespace inkan::policy {

// The URI of a CRLDistributionPoints of one point by fullName, without reasons or cRLIssuer (RFC 5280
// §4.2.1.13). Throws der::Malformed for any other shape.
std::string crl_uri(BytesView extension_value);

// The same of an IssuingDistributionPoint, which is for user certificates only and says nothing else (RFC
// 5280 §5.2.5).
std::string shard_uri(BytesView extension_value);
// And of that in a CRL of ours; empty: it has none, and is a full one.
std::string scope_of(BytesView crl);

struct AccessUris {
  std::string ocsp, ca_issuers;  // empty: not named
};
// Of an AuthorityInfoAccess with at most one description of OCSP, and then one of caIssuers (RFC 5280
// §4.2.2.1). Throws der::Malformed for any other shape.
AccessUris access_uris(BytesView extension_value);

}  // namespace inkan::policy
