// The part of the enrolment desk that asks for a one-time code by mail. The code is not in the store: it
// follows from the enrolment's id and a key beside the store.
#include <openssl/crypto.h>

#include "daemon/subscribers/enrolment_desk.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Denial;
using policy::EnrolmentState;
using policy::OrDenial;

namespace {

constexpr int k_code_tries = 5;

bool same(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

void EnrolmentDesk::ask_for_code(Writing& w, EnrolmentRow& row) const {
  if (parts_.pack.second_factor != policy::SecondFactor::mail_code) return;
  row.code_asked = true;
  row.set_code(w.database(), true, 0);
  post(w, parts_.pack, row.user, {policy::MailKind::code, "code " + row.id, {}, {{"enrolment", row.id}}});
}

OrDenial<api::EnrolmentRecord> EnrolmentDesk::enter_code(const api::Call& call, const std::string& id,
                                                         const api::Ticket& ticket, const std::string& code) {
  return parts_.writer.write([&](Writing& w) -> OrDenial<api::EnrolmentRecord> {
    const auto found = see_enrolment(w.database(), id, ticket, w.now());
    if (const auto* denial = policy::denied(found)) return *denial;
    auto [row, state] = std::get<SeenEnrolment>(found);
    if (state != EnrolmentState::authenticated) return enrolment_over(state);
    if (!row.code_asked) return record_of(w.database(), row);
    const bool passed = same(code, parts_.secret.code_for(row.id));
    auto user = UserRow::find(w.database(), row.user);
    if (!user) throw policy::Error(policy::ErrorCode::store, "the user of an enrolment is not in the store");
    // A wrong code counts as a wrong password does: whoever has the password cannot guess on.
    const auto refusal = authentication_.count(
        w, call, *user, passed, "code", [](Writing&, UserRow&) {}, true);
    if (!passed) ++row.code_tries;
    row.code_asked = refusal.has_value();
    row.set_code(w.database(), row.code_asked, row.code_tries);
    if (!refusal) return record_of(w.database(), row);
    if (refusal->rule != "user.authentication") return *refusal;
    const bool last = row.code_tries >= k_code_tries;
    if (last) row.set_step(w.database(), policy::EnrolmentStep::cancelled);
    return Denial{"enrol.code", "policy pack", "the one-time code is wrong",
                  last ? "have the user authenticate again: a new code comes" : "have the user try again"};
  });
}

}  // namespace inkan::daemon
