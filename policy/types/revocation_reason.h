// Why a certificate was revoked: RFC 5280 §5.3.1, the reasons a full CRL can carry.
#pragma once

#include <optional>
#include <string_view>

namespace inkan::policy {

// The values are those of CRLReason. removeFromCRL (8) is for delta CRLs only and is not one of them.
enum class RevocationReason {
  unspecified = 0,
  key_compromise = 1,
  ca_compromise = 2,
  affiliation_changed = 3,
  superseded = 4,
  cessation_of_operation = 5,
  certificate_hold = 6,
  privilege_withdrawn = 9,
  aa_compromise = 10,
};

std::string_view name(RevocationReason reason);  // RFC 5280 spelling: "keyCompromise"
std::optional<RevocationReason> revocation_reason(std::string_view name);
std::optional<RevocationReason> revocation_reason(int value);

}  // namespace inkan::policy
