// Extension values, built from a profile and its issuer; the request has no say (RFC 5280 §4.2).
#pragma once

#include <map>

#include "policy/issuance_request.h"
#include "policy/issuer.h"
#include "policy/profile/profile.h"
#include "policy/x509/tbs_certificate.h"

namespace inkan::policy {

// In a fixed order, so that the same request makes the same bytes.
std::vector<Extension> build_extensions(const Profile& profile, const Issuer& issuer,
                                        const IssuanceRequest& request);

// What an outside CA is asked for, for a key of ours under a CA profile. It decides by rules of its own.
std::vector<Extension> requested_extensions(const Profile& profile, const PublicKey& key);

// Which rule set decided each field of the certificate, for the dry run: "validity" → "profile client-auth
// v1".
std::map<std::string, std::string> field_origins(const Profile& profile, const Issuer& issuer,
                                                 const IssuanceRequest& request);

}  // namespace inkan::policy
