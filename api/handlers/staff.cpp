// The bank staff's page. The endpoint finds these routes only where there is one.
#include "api/handlers/handlers.h"
#include "api/page/staff_page.h"

namespace inkan::api {

Answer redirect_to_staff_page(const Exchange&) {
  Response response;
  response.status = 308;
  return response.with("Location", "/staff/").with("Cache-Control", "no-store");
}

Answer get_staff_page(const Exchange& exchange) {
  return *exchange.staff->bundle.find({""}, exchange.request.head);
}

Answer get_staff_asset(const Exchange& exchange) {
  auto found = exchange.staff->bundle.find({"assets", exchange.parameters[0]}, exchange.request.head);
  if (found) return *std::move(found);
  return Problem{
      ProblemType::not_found, "the page has no asset of that name", {}, {}, "begin at /staff/", {}, {}};
}

}  // namespace inkan::api
