#include "policy/types/validity.h"

#include <cstdio>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

// Times stand in every leaf and answer, and printf takes ten times as long.
void append_digits(std::string& text, int width, std::int64_t value) {
  text.append(static_cast<std::size_t>(width), '0');
  for (auto digit = text.rbegin(); width-- > 0; value /= 10) *digit++ = static_cast<char>('0' + value % 10);
}

std::string to_seconds(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  const int year = static_cast<int>(date.year());
  std::string text;
  text.reserve(32);
  if (year >= 0 && year <= 9999)
    append_digits(text, 4, year);
  else
    text += std::to_string(year);  // RFC 3339 has no form for it, and readers refuse this one
  append_digits(text += '-', 2, static_cast<unsigned>(date.month()));
  append_digits(text += '-', 2, static_cast<unsigned>(date.day()));
  append_digits(text += 'T', 2, time.hours().count());
  append_digits(text += ':', 2, time.minutes().count());
  append_digits(text += ':', 2, time.seconds().count());
  return text;
}

}  // namespace

std::string to_rfc3339(Instant instant) {
  return to_seconds(instant) += 'Z';
}

std::string to_rfc3339(InstantMicros instant) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(instant);
  std::string text = to_seconds(whole);
  append_digits(text += '.', 6, (instant - whole).count());
  return text += 'Z';
}

std::optional<Instant> from_rfc3339_seconds(std::string_view text) {
  if (!text.ends_with('Z')) return std::nullopt;
  try {
    const auto whole = from_rfc3339(std::string(text.substr(0, text.size() - 1)) + ".000000Z");
    return std::chrono::floor<std::chrono::seconds>(whole);
  } catch (const Error&) {
    return std::nullopt;
  }
}

InstantMicros from_rfc3339(std::string_view text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, us = 0, end = 0;
  const std::string copy(text);
  // NOLINTNEXTLINE(cert-err34-c): the widths bound every number, and the form is compared below
  const int found =
      std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%6dZ%n", &y, &mo, &d, &h, &mi, &s, &us, &end);
  const std::chrono::year_month_day date{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(mo)),
                                         std::chrono::day(static_cast<unsigned>(d))};
  if (found == 7 && end == static_cast<int>(copy.size()) && date.ok()) {
    const InstantMicros instant = std::chrono::sys_days(date) + std::chrono::hours(h) +
                                  std::chrono::minutes(mi) + std::chrono::seconds(s) +
                                  std::chrono::microseconds(us);
    if (to_rfc3339(instant) == text) return instant;
  }
  throw Error(ErrorCode::invalid_input, "\"" + copy + "\" is not a time like 2026-11-22T15:00:00.000000Z");
}

Validity::Validity(Instant not_before, Instant not_after) : not_before_(not_before), not_after_(not_after) {
  if (not_after < not_before)
    throw Error(ErrorCode::invalid_input, "validity ends (" + to_rfc3339(not_after) + ") before it begins (" +
                                              to_rfc3339(not_before) + ")");
}

}  // namespace inkan::policy
