#include "policy/subscriber/mail_address.h"

#include <algorithm>

namespace inkan::policy {
namespace {

constexpr std::size_t k_longest = 254;
constexpr std::string_view k_specials = "<>()[],;:\\\"";  // RFC 5322 §3.2.3, but for '@' and '.'

bool is_plain(char c) {
  return c > 0x20 && c < 0x7f && k_specials.find(c) == std::string_view::npos;
}

}  // namespace

std::optional<std::string> mail_address_fault(std::string_view text) {
  if (text.size() > k_longest) return "is longer than " + std::to_string(k_longest) + " octets";
  const auto at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size() ||
      text.find('@', at + 1) != std::string_view::npos || !std::all_of(text.begin(), text.end(), is_plain))
    return "is not a mail address such as taro@example.jp, in ASCII";
  return std::nullopt;
}

}  // namespace inkan::policy
