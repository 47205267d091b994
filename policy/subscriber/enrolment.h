// One enrolment, from the right password to the end of its certificate (rule A22), and the gate before it
// (R20, A07). What becomes of a certificate is told by its own row; an enrolment's state is worked out from
// both, so no crash can leave the two apart.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "policy/types/denial.h"
#include "policy/types/validity.h"

namespace inkan::policy {

enum class EnrolmentState {
  authenticated,
  cancelled,
  timed_out,
  issuing,
  failed,
  possibly_signed,
  issued_unconfirmed,
  confirmed,
  declined,
  revoked,
  expired,
};
std::string_view name(EnrolmentState state);

enum class EnrolmentKind { first, renew, reissue };
std::string_view name(EnrolmentKind kind);
std::optional<EnrolmentKind> enrolment_kind(std::string_view name);

// What the user, or time, has done with it; kept with the enrolment.
enum class EnrolmentStep { authenticated, cancelled, issuing, confirmed, declined };
std::string_view name(EnrolmentStep step);
std::optional<EnrolmentStep> enrolment_step(std::string_view name);

// A certificate, as far as enrolments and the gate go by it. `open`: its intent has no outcome yet.
struct UserCertificate {
  enum class Signing { open, issued, failed, possibly_signed };
  Signing signing = Signing::open;
  bool revoked = false;  // for good; one on hold still counts as issued
  Instant not_after;     // its last second
  Instant renewal_from;  // rule A03

  bool counts_as_issued(Instant now) const;  // rule A07
};

// `certificate`: nothing while none was asked for. `ticket_ends`: the first second at which an authenticated
// one is over (A16).
EnrolmentState state_of(EnrolmentStep step, const std::optional<UserCertificate>& certificate,
                        Instant ticket_ends, Instant now);

struct EnrolmentMove {
  EnrolmentState from, to;
};
std::span<const EnrolmentMove> enrolment_moves();

// Rules R03, R20, A07: which kind it would be, or why not yet. It goes by the one that expires last: else an
// old certificate in its window would let a renewed user issue for ever.
OrDenial<EnrolmentKind> gate(const std::vector<UserCertificate>& certificates, Instant now);

}  // namespace inkan::policy
