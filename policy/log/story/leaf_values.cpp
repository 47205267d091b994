#include "policy/log/story/leaf_values.h"

#include <algorithm>
#include <array>

namespace inkan::policy {
namespace {

constexpr std::uint8_t k_none = 0xff;
constexpr std::array<std::uint8_t, 256> k_digits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(k_none);
  for (std::uint8_t i = 0; i < 10; ++i) digits[static_cast<std::size_t>('0' + i)] = i;
  for (std::uint8_t i = 0; i < 6; ++i)
    digits[static_cast<std::size_t>('a' + i)] = static_cast<std::uint8_t>(10 + i);
  return digits;
}();

std::uint8_t digit(char c) {
  return k_digits[static_cast<std::uint8_t>(c)];
}

}  // namespace

bool read_hex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != 2 * out.size()) return false;
  std::uint8_t wrong = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint8_t high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    wrong |= high | low;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return !(wrong & 0xf0);
}

bool is_serial(std::string_view text) {
  const auto is_digit = [](char c) { return digit(c) != k_none; };
  if (text.size() < 2 || text.size() > 40 || text.size() % 2 ||
      !std::all_of(text.begin(), text.end(), is_digit))
    return false;
  return digit(text[0]) < 8 && text.find_first_not_of('0') != std::string_view::npos;
}

// from_rfc3339 reads the same form; this one is asked once for every leaf of a log.
std::optional<InstantMicros> read_time(std::string_view text) {
  constexpr std::string_view k_form = "0000-00-00T00:00:00.000000Z";
  if (text.size() != k_form.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (k_form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != k_form[i]) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
         std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2)) +
         std::chrono::microseconds(number(20, 6));
}

}  // namespace inkan::policy
