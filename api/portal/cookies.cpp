#include "api/portal/cookies.h"

#include <algorithm>

#include "api/http/header_values.h"

namespace inkan::api::portal {
namespace {

constexpr std::size_t k_longest = 256;
constexpr std::string_view k_attributes = "; Path=/; Secure; HttpOnly; SameSite=Strict";

bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= k_longest && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

}  // namespace

std::optional<std::string> find_cookie(const RequestHead& head, std::string_view name) {
  std::optional<std::string> found;
  for (const auto& field : head.fields) {
    if (field.name != "cookie") continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      const auto pair = trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      const auto value = pair.substr(equals + 1);
      if (found || !is_plain(value)) return std::nullopt;
      found = value;
    }
  }
  return found;
}

std::string set_cookie(std::string_view name, std::string_view value,
                       std::optional<std::chrono::seconds> kept) {
  auto text = std::string(name).append("=").append(value).append(k_attributes);
  if (kept) text.append("; Max-Age=").append(std::to_string(std::max<std::int64_t>(0, kept->count())));
  return text;
}

std::string drop_cookie(std::string_view name) {
  return set_cookie(name, "", std::chrono::seconds(0));
}

std::optional<EnrolmentTicket> parse_enrolment_cookie(std::string_view value) {
  const auto first = value.find('.');
  const auto second = first == std::string_view::npos ? first : value.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  EnrolmentTicket ticket{std::string(value.substr(0, first)),
                         std::string(value.substr(first + 1, second - first - 1)),
                         std::string(value.substr(second + 1))};
  if (ticket.id.empty() || ticket.secret.empty() || ticket.browser.empty()) return std::nullopt;
  if (ticket.browser.find('.') != std::string::npos) return std::nullopt;
  return ticket;
}

std::string to_cookie(const EnrolmentTicket& ticket) {
  return ticket.id + "." + ticket.secret + "." + ticket.browser;
}

}  // namespace inkan::api::portal
