#include "api/portal/same_site.h"

namespace inkan::api::portal {
namespace {

Problem foreign(std::string rule, std::string detail) {
  return {ProblemType::denied,
          std::move(detail),
          std::move(rule),
          "RFC 6454",
          "use the portal's own page",
          {},
          {}};
}

bool once(const RequestHead& head, std::string_view name, std::string_view value) {
  return head.count(name) == 1 && *head.find(name) == value;
}

}  // namespace

std::optional<Problem> refuse_foreign(const RequestHead& head, const std::string& origin) {
  if (!once(head, "origin", origin))
    return foreign("portal.origin",
                   "the request does not come from a page of this portal: its Origin is another");
  if (!once(head, "inkan-portal", "1"))
    return foreign("portal.header",
                   "the request does not carry `Inkan-Portal: 1`, as this portal's page sends it");
  // Where a browser tells it, it must agree.
  if (const auto* site = head.find("sec-fetch-site"); site && *site != "same-origin")
    return foreign("portal.origin", "the browser says that the request comes from another site");
  const auto* type = head.find("content-type");
  if (head.count("content-type") != 1 || media_type(*type) != "application/json")
    return foreign("portal.json", "the body's Content-Type is not application/json");
  return std::nullopt;
}

}  // namespace inkan::api::portal
