#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "policy/rules/rule.h"

namespace inkan::policy {
namespace {

constexpr std::size_t k_most_names = 100;

bool is_label(std::string_view label) {
  const auto ldh = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), ldh);
}

bool is_email(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || address.size() > 254) return false;
  const auto local = address.substr(0, at);
  const auto atom = [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("()<>[]:;@\\,\"").find(c) == std::string_view::npos;
  };
  return std::all_of(local.begin(), local.end(), atom) && local.front() != '.' && local.back() != '.' &&
         local.find("..") == std::string_view::npos && is_dns_name(address.substr(at + 1), false);
}

// RFC 3986 §3 as far as RFC 5280 §4.2.1.6 asks: a scheme, then a host; no character that a URI cannot hold.
bool is_absolute_uri(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto in_scheme = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  const auto end = text.find("://");
  if (end == std::string_view::npos || end == 0 || end + 3 == text.size()) return false;
  const auto scheme = text.substr(0, end), rest = text.substr(end + 3);
  const auto held = [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
  };
  return letter(scheme[0]) && std::all_of(scheme.begin(), scheme.end(), in_scheme) &&
         std::all_of(rest.begin(), rest.end(), held) &&
         std::string_view("/?#").find(rest[0]) == std::string_view::npos;
}

std::optional<Denial> judge_one(const GeneralName& one, const Profile& profile) {
  const std::string clause = profile.label() + ", subject_alt_names";
  if (!profile.san_kinds.contains(one.kind))
    return Denial{"san.kind", clause,
                  "the request carries a subject alternative name of kind " + std::string(name(one.kind)) +
                      " (" + one.value + "), which profile " + profile.name + " does not take",
                  "make the request without it"};
  if (one.kind == GeneralNameKind::dns && !is_dns_name(one.value, profile.wildcards))
    return Denial{"san.dns", "RFC 5280 §4.2.1.6; RFC 1034 §3.5",
                  "\"" + one.value + "\" is not a host name this profile takes",
                  "letters, digits and hyphens in labels of 1 to 63, 253 in all, the last not all digits" +
                      std::string(profile.wildcards ? "" : "; no wildcard in this profile")};
  if (one.kind == GeneralNameKind::email && !is_email(one.value))
    return Denial{"san.email", "RFC 5280 §4.2.1.6; RFC 5321 §4.1.2",
                  "\"" + one.value + "\" is not a mail address", "local@domain in ASCII"};
  if (one.kind == GeneralNameKind::ip && !can_be_encoded(one))
    return Denial{"san.ip", "RFC 5280 §4.2.1.6", "\"" + one.value + "\" is not an IP address",
                  "write it as 192.0.2.1 or 2001:db8::1"};
  if (one.kind == GeneralNameKind::uri && !is_absolute_uri(one.value))
    return Denial{"san.uri", "RFC 5280 §4.2.1.6", "\"" + one.value + "\" is not an absolute URI",
                  "scheme://host/path"};
  return std::nullopt;
}

}  // namespace

bool can_be_encoded(const GeneralName& name) {
  std::array<std::uint8_t, 16> octets{};
  if (name.kind == GeneralNameKind::ip)
    return inet_pton(AF_INET, name.value.c_str(), octets.data()) == 1 ||
           inet_pton(AF_INET6, name.value.c_str(), octets.data()) == 1;
  return name.kind != GeneralNameKind::other;
}

bool is_dns_name(std::string_view name, bool wildcard_allowed) {
  if (wildcard_allowed && name.starts_with("*.") && name.find('.', 2) != std::string_view::npos)
    name.remove_prefix(2);
  if (name.empty() || name.size() > 253) return false;
  for (;;) {
    const auto dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return name.find_first_not_of("0123456789") != std::string_view::npos;
    name.remove_prefix(dot + 1);
  }
}

std::optional<Denial> judge_subject_alt_names(const RuleInput& input) {
  const auto& names = input.request.subject_alt_names();
  const std::string clause = input.profile.label() + ", subject_alt_names";
  if (names.empty() && input.profile.san_required)
    return Denial{"san.required", clause, "the request carries no subject alternative name",
                  "put the host names into the request's subjectAltName"};
  if (names.size() > k_most_names)
    return Denial{"san.count", clause, std::to_string(names.size()) + " subject alternative names",
                  "at most " + std::to_string(k_most_names)};
  for (const auto& each : names)
    if (auto denial = judge_one(each, input.profile)) return denial;
  return std::nullopt;
}

}  // namespace inkan::policy
