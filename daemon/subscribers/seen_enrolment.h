// What the desks of enrolments share: an enrolment as the holder of its ticket may see it, and its leaves.
#pragma once

#include "daemon/store/enrolment_rows.h"
#include "daemon/subscribers/parts.h"

namespace inkan::daemon {

// An enrolment with the state that it is in, as one transaction sees both.
struct SeenEnrolment {
  EnrolmentRow row;
  policy::EnrolmentState state;
};
SeenEnrolment state_seen(Database& database, EnrolmentRow row, policy::Instant at);

// Denial "enrol.ticket" (A16), the same whether the enrolment is not there, or its ticket or browser is
// another.
policy::OrDenial<SeenEnrolment> see_enrolment(Database& database, const std::string& id,
                                              const api::Ticket& ticket, policy::Instant at);

// Denial "enrol.over" (A22).
policy::Denial enrolment_over(policy::EnrolmentState state);

policy::Event enrolment_event(policy::EventType type, const EnrolmentRow& row);

}  // namespace inkan::daemon
