#include "policy/subscriber/enrolment.h"

#include <algorithm>
#include <array>

#include "policy/types/names.h"

namespace inkan::policy {
namespace {

using enum EnrolmentState;

constexpr std::array<std::string_view, 11> k_enrolment_state_names = {
    "authenticated",      "cancelled", "timed_out", "issuing", "failed", "possibly_signed",
    "issued_unconfirmed", "confirmed", "declined",  "revoked", "expired"};
constexpr std::array<std::string_view, 3> k_kind_names = {"first", "renew", "reissue"};
constexpr std::array<std::string_view, 5> k_step_names = {"authenticated", "cancelled", "issuing",
                                                          "confirmed", "declined"};

constexpr std::array k_enrolment_moves = {
    EnrolmentMove{authenticated, issuing},
    EnrolmentMove{authenticated, cancelled},
    EnrolmentMove{authenticated, timed_out},
    EnrolmentMove{issuing, issued_unconfirmed},
    EnrolmentMove{issuing, failed},
    EnrolmentMove{issuing, possibly_signed},
    EnrolmentMove{possibly_signed, EnrolmentState::revoked},
    EnrolmentMove{issued_unconfirmed, confirmed},
    EnrolmentMove{issued_unconfirmed, declined},
    EnrolmentMove{issued_unconfirmed, EnrolmentState::revoked},
    EnrolmentMove{issued_unconfirmed, expired},
    EnrolmentMove{declined, EnrolmentState::revoked},
    EnrolmentMove{declined, expired},
    EnrolmentMove{confirmed, EnrolmentState::revoked},
    EnrolmentMove{confirmed, expired},
};

EnrolmentState state_of_issued(EnrolmentStep step, const UserCertificate& certificate, Instant now) {
  if (certificate.revoked) return EnrolmentState::revoked;
  if (now > certificate.not_after) return expired;
  if (step == EnrolmentStep::confirmed) return confirmed;
  if (step == EnrolmentStep::declined) return declined;
  return issued_unconfirmed;
}

}  // namespace

std::string_view name(EnrolmentState state) {
  return k_enrolment_state_names.at(static_cast<std::size_t>(state));
}
std::string_view name(EnrolmentKind kind) {
  return k_kind_names.at(static_cast<std::size_t>(kind));
}
std::optional<EnrolmentKind> enrolment_kind(std::string_view name) {
  return value_named<EnrolmentKind>(k_kind_names, name);
}
std::string_view name(EnrolmentStep step) {
  return k_step_names.at(static_cast<std::size_t>(step));
}
std::optional<EnrolmentStep> enrolment_step(std::string_view name) {
  return value_named<EnrolmentStep>(k_step_names, name);
}

bool UserCertificate::counts_as_issued(Instant now) const {
  return signing != Signing::failed && !revoked && now <= not_after;
}

EnrolmentState state_of(EnrolmentStep step, const std::optional<UserCertificate>& certificate,
                        Instant ticket_ends, Instant now) {
  if (!certificate) {
    if (step == EnrolmentStep::cancelled) return cancelled;
    return now < ticket_ends ? authenticated : timed_out;
  }
  switch (certificate->signing) {
    case UserCertificate::Signing::open:
      return issuing;
    case UserCertificate::Signing::failed:
      return failed;
    case UserCertificate::Signing::possibly_signed:
      return certificate->revoked ? EnrolmentState::revoked : possibly_signed;
    case UserCertificate::Signing::issued:
      break;
  }
  return state_of_issued(step, *certificate, now);
}

std::span<const EnrolmentMove> enrolment_moves() {
  return k_enrolment_moves;
}

OrDenial<EnrolmentKind> gate(const std::vector<UserCertificate>& certificates, Instant now) {
  const UserCertificate* latest = nullptr;
  bool had_one = false;
  for (const auto& each : certificates) {
    had_one |= each.signing == UserCertificate::Signing::issued;
    if (each.counts_as_issued(now) && (!latest || each.not_after > latest->not_after)) latest = &each;
  }
  if (!latest) return had_one ? EnrolmentKind::reissue : EnrolmentKind::first;
  if (latest->signing != UserCertificate::Signing::open && now >= latest->renewal_from)
    return EnrolmentKind::renew;
  return Denial{"enrol.already-issued", "R20", "a certificate is issued already",
                latest->signing == UserCertificate::Signing::open
                    ? "one is being issued at this moment: ask for that enrolment again"
                    : "renew it from " + to_rfc3339(latest->renewal_from) +
                          " on; on a new computer, have the bank revoke it first"};
}

}  // namespace inkan::policy
