#include "policy/subscriber/credential_rule.h"

#include <algorithm>

namespace inkan::policy {
namespace {

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<std::string> CredentialRule::fault(std::string_view text) const {
  const auto known = [this](char c) {
    return is_ascii_letter(c) || is_ascii_digit(c) || symbols.find(c) != std::string::npos;
  };
  // Characters before lengths: octets would miscount the others.
  if (!std::all_of(text.begin(), text.end(), known))
    return "may hold half-width letters and digits" + (symbols.empty() ? "" : " and " + symbols) + " only";
  const auto size = static_cast<std::int64_t>(text.size());
  if (size < least || size > most)
    return "must have " + std::to_string(least) + " to " + std::to_string(most) + " characters";
  if (letter && std::none_of(text.begin(), text.end(), is_ascii_letter))
    return "must hold at least one letter";
  if (digit && std::none_of(text.begin(), text.end(), is_ascii_digit)) return "must hold at least one digit";
  return std::nullopt;
}

}  // namespace inkan::policy
