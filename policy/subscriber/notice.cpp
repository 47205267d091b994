#include "policy/subscriber/notice.h"

#include <algorithm>
#include <array>

#include "policy/types/names.h"

namespace inkan::policy {
namespace {

constexpr std::array<std::string_view, 9> k_names = {"renewal-30d", "expired",          "locked",
                                                     "blocked",     "renewal-10d",      "issued",
                                                     "revoked",     "confirm-reminder", "code"};

// The mail hour of the civil day so many days from the one that `instant` falls in.
Instant mail_time(Instant instant, int days, const MailRules& rules) {
  const auto day =
      std::chrono::floor<std::chrono::days>(instant + rules.utc_offset) + std::chrono::days(days);
  return std::chrono::time_point_cast<std::chrono::seconds>(day) + std::chrono::hours(rules.hour) -
         rules.utc_offset;
}

}  // namespace

std::string_view name(MailKind kind) {
  return k_names.at(static_cast<std::size_t>(kind));
}

std::optional<MailKind> mail_kind(std::string_view name) {
  return value_named<MailKind>(k_names, name);
}

std::vector<Notice> notices(const NoticeBasis& basis, const MailRules& rules) {
  const auto& [asked, confirm_by, not_after, renewal_from] = basis;
  std::vector<Notice> all = {
      {MailKind::issued, asked, asked + std::chrono::days(1)},
      {MailKind::renewal_30d, std::max(mail_time(not_after, -30, rules), renewal_from), not_after},
      {MailKind::renewal_10d, std::max(mail_time(not_after, -10, rules), renewal_from), not_after},
      {MailKind::expired, mail_time(not_after, 1, rules), std::nullopt},
  };
  std::erase_if(all, [&](const Notice& each) { return !rules.kinds.contains(each.kind); });
  // Whoever was away for long is told once.
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i].kind == MailKind::renewal_10d && all[i - 1].kind == MailKind::renewal_30d)
      all[i - 1].until = all[i].due - std::chrono::seconds(1);
  // Half of the time is over; which may be long.
  if (confirm_by && rules.kinds.contains(MailKind::confirm_reminder))
    all.push_back({MailKind::confirm_reminder, asked + (*confirm_by - asked) / 2, confirm_by});
  std::stable_sort(all.begin(), all.end(), [](const Notice& a, const Notice& b) { return a.due < b.due; });
  return all;
}

bool is_wanted(const Notice& notice, const NoticeCase& found, Instant now) {
  if (notice.until && now > *notice.until) return false;
  return !found.user_deleted && !found.revoked && !found.newer_valid;
}

std::string to_civil(Instant instant, std::chrono::minutes utc_offset) {
  const auto local = instant + utc_offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::minutes>(local - day));
  return std::to_string(static_cast<int>(date.year())) + "年" +
         std::to_string(static_cast<unsigned>(date.month())) + "月" +
         std::to_string(static_cast<unsigned>(date.day())) + "日 " + std::to_string(time.hours().count()) +
         "時" + std::to_string(time.minutes().count()) + "分";
}

}  // namespace inkan::policy
