#include "api/http/target.h"

#include <optional>

#include "policy/types/bytes.h"
#include "policy/x509/character_string.h"

namespace inkan::api {
namespace {

constexpr std::size_t k_segments = 16;
constexpr std::size_t k_parameters = 32;

Fault bad_escape() {
  return {400, "the request target has a percent escape that does not decode to UTF-8 text (RFC 3986 §2.1)",
          "escape octets as %41, and none that is a control character"};
}

std::optional<std::string> decode(std::string_view text, bool form) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += form && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const auto octet = policy::from_hex(text.substr(i + 1, 2));
    if (!octet || octet->size() != 1) return std::nullopt;
    const auto value = octet->front();
    if (value < 0x20 || value == 0x7f) return std::nullopt;
    result += static_cast<char>(value);
    i += 2;
  }
  return policy::count_utf8(result) ? std::optional(result) : std::nullopt;
}

// Nothing here is a file, but something in front of us may think so.
bool climbs(std::string_view segment) {
  while (true) {
    const auto end = segment.find('/');  // where it was escaped
    const auto part = segment.substr(0, end);
    if (part == "." || part == "..") return true;
    if (end == std::string_view::npos) return false;
    segment.remove_prefix(end + 1);
  }
}

std::optional<Fault> read_path(std::string_view path, Target& target) {
  target.path = path;
  for (path.remove_prefix(1);;) {
    const auto end = path.find('/');
    auto segment = decode(path.substr(0, end), false);
    if (!segment) return bad_escape();
    if (climbs(*segment))
      return Fault{400, "the path has a segment \".\" or \"..\"", "send the path already resolved"};
    if (target.segments.size() == k_segments)
      return Fault{404, "no resource has a path this deep", "see /openapi.yaml"};
    target.segments.push_back(std::move(*segment));
    if (end == std::string_view::npos) return std::nullopt;
    path.remove_prefix(end + 1);
  }
}

std::optional<Fault> read_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (part.empty()) continue;
    const auto equals = part.find('=');
    auto name = decode(part.substr(0, equals), true);
    auto value =
        decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
    if (!name || !value) return bad_escape();
    if (target.query.size() == k_parameters)
      return Fault{400, "the query has more than " + std::to_string(k_parameters) + " parameters",
                   "send fewer"};
    target.query.push_back({std::move(*name), std::move(*value)});
  }
  return std::nullopt;
}

}  // namespace

std::variant<Target, Fault> parse_target(std::string_view text) {
  if (text.empty() || text.front() != '/')
    return Fault{400, "the request target is not a path", "begin it with \"/\""};
  Target target;
  const auto question = text.find('?');
  if (auto fault = read_path(text.substr(0, question), target)) return *fault;
  if (question != std::string_view::npos)
    if (auto fault = read_query(text.substr(question + 1), target)) return *fault;
  return target;
}

}  // namespace inkan::api
