// Which route of the table a request is for.
#include "api/routes.h"

namespace inkan::api {
namespace {

// One pattern segment against one path segment; a parameter's value is appended to `parameters`.
bool match_segment(std::string_view pattern, const std::string& segment,
                   std::vector<std::string>& parameters) {
  if (!pattern.starts_with('{')) return pattern == segment;
  if (segment.find('/') != std::string::npos) return false;  // an escaped one: no name here has it
  const auto suffix = pattern.substr(pattern.find('}') + 1);
  if (segment.size() <= suffix.size() || !std::string_view(segment).ends_with(suffix)) return false;
  parameters.push_back(segment.substr(0, segment.size() - suffix.size()));
  return true;
}

// The path from segment `first` on.
std::string joined(const std::vector<std::string>& segments, std::size_t first) {
  std::string path = segments[first];
  for (std::size_t i = first + 1; i < segments.size(); ++i) path += "/" + segments[i];
  return path;
}

std::optional<std::vector<std::string>> match_path(std::string_view pattern,
                                                   const std::vector<std::string>& segments) {
  std::vector<std::string> parameters;
  for (std::size_t i = 0;; ++i) {
    pattern.remove_prefix(1);
    const auto end = pattern.find('/');
    if (i == segments.size()) return std::nullopt;
    if (pattern.ends_with("*}") && end == std::string_view::npos) {
      parameters.push_back(joined(segments, i));
      return parameters;
    }
    if (!match_segment(pattern.substr(0, end), segments[i], parameters)) return std::nullopt;
    if (end == std::string_view::npos)
      return i + 1 == segments.size() ? std::optional(parameters) : std::nullopt;
    pattern.remove_prefix(end);
  }
}

bool heard(Audience audience, Audience listener) {
  return audience == listener || (audience == Audience::both && listener != Audience::metrics);
}

}  // namespace

OrProblem<Match> match(std::string_view method, const std::vector<std::string>& segments, Audience listener) {
  bool get = false, post = false;
  for (const auto& route : routes()) {
    if (!heard(route.audience, listener)) continue;
    auto parameters = match_path(route.path, segments);
    if (!parameters) continue;
    const bool fits = route.verb == Verb::post ? method == "POST" : method == "GET" || method == "HEAD";
    if (fits) return Match{&route, std::move(*parameters)};
    (route.verb == Verb::post ? post : get) = true;
  }
  if (!get && !post)
    return Problem{ProblemType::not_found,
                   "no resource has this path on this listener",
                   {},
                   {},
                   listener == Audience::metrics ? "the one path here is /metrics" : "see /openapi.yaml",
                   {},
                   {}};
  const std::string allow = get && post ? "GET, HEAD, POST" : get ? "GET, HEAD" : "POST";
  return Problem{ProblemType::method_not_allowed,
                 "this resource takes " + allow,
                 {},
                 {},
                 "use one of these methods",
                 {},
                 {{"Allow", allow}}};
}

}  // namespace inkan::api
