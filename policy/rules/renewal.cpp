#include "policy/rules/renewal.h"

#include <algorithm>

#include "policy/types/digest.h"

namespace inkan::policy {
namespace {

using std::chrono::seconds;

// Even over all certificates, and known to nobody before the serial is.
seconds place_within(const Serial& serial, seconds length) {
  const auto digest = sha256(serial.content());
  std::uint64_t drawn = 0;
  for (std::size_t i = 0; i < 4; ++i) drawn = drawn << 8 | digest.bytes()[i];
  return seconds(static_cast<std::int64_t>(drawn * static_cast<std::uint64_t>(length.count()) >> 32));
}

const char* why(RenewalIncident incident) {
  switch (incident) {
    case RenewalIncident::revoked:
      return "It is revoked: whoever still needs a certificate gets a new one, on a new key.";
    case RenewalIncident::key_blocked:
      return "Its key is blocked: get a new certificate on a new key before this one is revoked.";
    case RenewalIncident::not_issued:
      return "It was never issued: ask for it again.";
  }
  return "";
}

// RFC 4648 §5, without padding.
std::string to_base64url(BytesView octets) {
  auto text = to_base64(octets);
  while (!text.empty() && text.back() == '=') text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

RenewalInfo renewal_info(const Serial& serial, const Validity& validity, Instant from, Instant to,
                         std::optional<RenewalIncident> incident, Instant now) {
  if (incident) {
    const Instant end = std::min(now, validity.not_before()) - seconds(1);
    return {end - seconds(1), end, end, true, why(*incident)};
  }
  const auto length = std::max((to - from) * 2 / 3, seconds(1));
  const Instant renew_at = from + place_within(serial, length);
  return {from, from + length, renew_at, renew_at <= now,
          "The profile lets it be renewed from " + to_rfc3339(from) + " until " + to_rfc3339(to) + "."};
}

std::string renewal_certificate_id(BytesView authority_key_identifier, const Serial& serial) {
  return to_base64url(authority_key_identifier) + "." + to_base64url(serial.content());
}

}  // namespace inkan::policy
