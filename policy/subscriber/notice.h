// Which mails a certificate calls for and when (rules R04, R06, A03, A04, A21), in the civil days of one
// place.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/types/validity.h"

namespace inkan::policy {

// code: a second factor, if the pack asks for one.
enum class MailKind {
  renewal_30d,
  expired,
  locked,
  blocked,
  renewal_10d,
  issued,
  revoked,
  confirm_reminder,
  code
};
std::string_view name(MailKind kind);  // "renewal-30d", …
std::optional<MailKind> mail_kind(std::string_view name);

struct MailRules {
  std::set<MailKind> kinds;            // those that are sent at all
  std::chrono::minutes utc_offset{0};  // of days and hours, and of times in the texts
  int hour = 0;                        // of the day, for what is not sent at once
};

// A mail that falls due by time alone. Whoever was away catches up, but not after `until`.
struct Notice {
  MailKind kind;
  Instant due;
  std::optional<Instant> until;  // the last second at which it still makes sense
  bool operator==(const Notice&) const = default;
};

// What a certificate's mails go by.
struct NoticeBasis {
  Instant asked;                      // for the certificate
  std::optional<Instant> confirm_by;  // nothing: it was confirmed or declined, or need not be
  Instant not_after, renewal_from;
};
// In the order of their times. No word of renewal before it is possible.
std::vector<Notice> notices(const NoticeBasis& basis, const MailRules& rules);

// A notice of a certificate falls due; what the store knows then.
struct NoticeCase {
  bool user_deleted = false;
  bool revoked = false;      // this certificate, for good
  bool newer_valid = false;  // another of his, valid, that expires later
};
// Rule A04. Blocked users are told too.
bool is_wanted(const Notice& notice, const NoticeCase& found, Instant now);

// "2027年11月23日 23時59分", at the offset.
std::string to_civil(Instant instant, std::chrono::minutes utc_offset);

}  // namespace inkan::policy
