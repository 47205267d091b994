// When a certificate should be renewed: ACME's renewal information (RFC 9773), without ACME.
#pragma once

#include <optional>
#include <string>

#include "policy/types/serial.h"
#include "policy/types/validity.h"

namespace inkan::policy {

// What calls for a new certificate at once, whatever the profile says.
enum class RenewalIncident { revoked, key_blocked, not_issued };

struct RenewalInfo {
  // The suggested window (RFC 9773 §4.2): a client renews at a moment of it that it draws evenly, at once if
  // that is past. start < end.
  Instant start, end;
  // Such a moment, the same for every question about this certificate: for a client that draws none itself.
  Instant renew_at;
  bool now = false;         // renew_at is not in the future
  std::string explanation;  // one sentence
};

// [from, to]: when the profile lets it be renewed. The window is its first two thirds, so that whoever
// follows it still has time if something fails; after an incident, it is past.
RenewalInfo renewal_info(const Serial& serial, const Validity& validity, Instant from, Instant to,
                         std::optional<RenewalIncident> incident, Instant now);

// RFC 9773 §4.1: base64url of the authority key identifier, a dot, base64url of the serial number's octets.
std::string renewal_certificate_id(BytesView authority_key_identifier, const Serial& serial);

}  // namespace inkan::policy
