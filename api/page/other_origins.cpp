#include "api/page/other_origins.h"

namespace inkan::api {
namespace {

bool changes_nothing(const std::string& method) {
  return method == "GET" || method == "HEAD";
}

Problem other_origin(std::string detail) {
  return {ProblemType::denied,
          std::move(detail),
          "browser.origin",
          "RFC 6454 §7",
          "use the bank staff's own page, at the origin that [staff] names; programs leave Origin away",
          {},
          {}};
}

}  // namespace

std::optional<Problem> refuse_other_origins(const RequestHead& head, const std::string& own) {
  if (changes_nothing(head.method)) return std::nullopt;
  const auto origins = head.count("origin");
  if (origins > 1 || (origins == 1 && (own.empty() || *head.find("origin") != own)))
    return other_origin("a browser sends this request for a page of another origin");
  const auto sites = head.count("sec-fetch-site");
  if (sites == 0) return std::nullopt;
  const auto& site = *head.find("sec-fetch-site");
  if (sites > 1 || (site != "same-origin" && site != "none"))
    return other_origin("the browser says that the request comes from another site");
  return std::nullopt;
}

}  // namespace inkan::api
