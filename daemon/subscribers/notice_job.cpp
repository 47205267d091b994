#include "daemon/subscribers/notice_job.h"

#include <algorithm>

#include "daemon/clock.h"

namespace inkan::daemon {
namespace {

constexpr int k_notices_at_once = 200;  // in one transaction: callers wait for it
constexpr auto k_look_again = std::chrono::seconds(30);

}  // namespace

void NoticeJob::turn() {
  for (std::size_t seen = k_notices_at_once; seen == k_notices_at_once;) {
    const auto due =
        parts_.store.read([](Database& database) { return due_notices(database, now(), k_notices_at_once); });
    seen = due.size();
    if (seen)
      parts_.writer.write([&](Writing& w) {
        for (const auto& each : due) see_to(w, each);
      });
  }
}

void NoticeJob::see_to(Writing& w, const DueNotice& due) const {
  using Signing = policy::UserCertificate::Signing;
  const auto owned = certificates_of(w.database(), due.user);
  const auto own = std::find_if(owned.begin(), owned.end(),
                                [&](const auto& each) { return each.enrolment == due.enrolment; });
  if (own == owned.end() || own->certificate.signing == Signing::failed ||
      own->certificate.signing == Signing::possibly_signed)
    return set_noticed(w.database(), due.enrolment, due.noticed, std::nullopt);  // there never was one
  if (own->certificate.signing == Signing::open)
    return set_noticed(w.database(), due.enrolment, due.noticed, w.now() + k_look_again);
  const auto user = UserRow::find(w.database(), due.user);
  const policy::NoticeCase found{!user || user->deleted, own->certificate.revoked,
                                 std::any_of(owned.begin(), owned.end(), [&](const auto& each) {
                                   return each.certificate.signing == Signing::issued &&
                                          each.certificate.counts_as_issued(w.now()) &&
                                          each.certificate.not_after > own->certificate.not_after;
                                 })};
  if (found.revoked && !found.user_deleted)
    post(w, parts_.pack, due.user,
         {policy::MailKind::revoked, "revoked " + due.serial.hex(), policy::to_bytes(due.serial.content())});
  policy::Instant noticed = due.noticed;
  std::optional<policy::Instant> next;
  for (const auto& notice : policy::notices(due.basis, parts_.pack.mail)) {
    if (notice.due <= due.noticed) continue;
    if (notice.due > w.now()) {
      next = notice.due;
      break;
    }
    noticed = notice.due;
    if (policy::is_wanted(notice, found, w.now()))
      post(w, parts_.pack, due.user,
           {notice.kind,
            std::string(name(notice.kind)) + " " + due.serial.hex(),
            policy::to_bytes(due.serial.content()),
            {{"not_after", policy::to_rfc3339(due.basis.not_after)},
             {"renewal_from", policy::to_rfc3339(due.basis.renewal_from)}}});
  }
  set_noticed(w.database(), due.enrolment, noticed, next);
}

}  // namespace inkan::daemon
