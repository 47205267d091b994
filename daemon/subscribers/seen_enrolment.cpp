#include "daemon/subscribers/seen_enrolment.h"

namespace inkan::daemon {

using policy::Denial;

SeenEnrolment state_seen(Database& database, EnrolmentRow row, policy::Instant at) {
  const auto state = policy::state_of(row.step, certificate_of(database, row), row.ends, at);
  return {std::move(row), state};
}

policy::OrDenial<SeenEnrolment> see_enrolment(Database& database, const std::string& id,
                                              const api::Ticket& ticket, policy::Instant at) {
  auto row = EnrolmentRow::find(database, id);
  if (!row || row->ticket != ticket_hash(ticket.secret) ||
      (!row->browser.empty() && row->browser != ticket_hash(ticket.browser)))
    return Denial{"enrol.ticket", "A16", "this enrolment, its ticket and the browser do not belong together",
                  "have the user authenticate again"};
  return state_seen(database, *std::move(row), at);
}

Denial enrolment_over(policy::EnrolmentState state) {
  return {"enrol.over", "A22", "the enrolment is " + std::string(name(state)),
          "have the user authenticate again"};
}

policy::Event enrolment_event(policy::EventType type, const EnrolmentRow& row) {
  policy::Event event{.type = type};
  event.detail = {{"enrolment", row.id}};
  return event;
}

}  // namespace inkan::daemon
