#include "api/json/timestamp.h"

#include <algorithm>
#include <string>

namespace inkan::api {
namespace {

// Whether `text` has digits where `shape` has '0', and otherwise the same character.
bool shaped(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
  }
  return true;
}

int digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(from, count)) value = value * 10 + (c - '0');
  return value;
}

std::optional<std::chrono::seconds> parse_offset(std::string_view text) {
  if (text == "Z") return std::chrono::seconds(0);
  if (!shaped(text, "+00:00") && !shaped(text, "-00:00")) return std::nullopt;
  const int hours = digits(text, 1, 2), minutes = digits(text, 4, 2);
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::chrono::seconds offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::optional<policy::Instant> parse_rfc3339(std::string_view text) {
  constexpr std::string_view k_shape = "0000-00-00T00:00:00";
  if (text.size() <= k_shape.size() || !shaped(text.substr(0, k_shape.size()), k_shape)) return std::nullopt;
  const auto offset = parse_offset(text.substr(k_shape.size()));
  const std::chrono::year_month_day date(std::chrono::year(digits(text, 0, 4)),
                                         std::chrono::month(static_cast<unsigned>(digits(text, 5, 2))),
                                         std::chrono::day(static_cast<unsigned>(digits(text, 8, 2))));
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!offset || !date.ok() || static_cast<int>(date.year()) < 1970 || hour > 23 || minute > 59 ||
      second > 59)
    return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) - *offset;
}

std::optional<policy::InstantMicros> parse_rfc3339_micros(std::string_view text) {
  constexpr std::size_t k_point = 19, k_most_digits = 6;
  if (text.size() <= k_point || text[k_point] != '.') return parse_rfc3339(text);
  std::string fraction(text.substr(k_point + 1));
  fraction.resize(std::min(fraction.find_first_not_of("0123456789"), fraction.size()));
  if (fraction.empty() || fraction.size() > k_most_digits) return std::nullopt;
  const auto offset = text.substr(k_point + 1 + fraction.size());
  const auto whole = parse_rfc3339(std::string(text.substr(0, k_point)).append(offset));
  if (!whole) return std::nullopt;
  fraction.resize(k_most_digits, '0');
  return *whole + std::chrono::microseconds(digits(fraction, 0, k_most_digits));
}

}  // namespace inkan::api
