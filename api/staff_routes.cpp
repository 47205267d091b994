#include "api/staff_routes.h"

#include "api/handlers/handlers.h"

namespace inkan::api {
namespace {

Route staff_row(std::string_view path, std::string_view operation, Handler handler) {
  return {Verb::get, path, operation, Audience::api, Roles{policy::Role::bank_staff},
          false,     {},   handler,   true};
}

}  // namespace

std::vector<Route> staff_routes() {
  return {
      staff_row("/staff", "redirectToStaffPage", &redirect_to_staff_page),
      staff_row("/staff/", "getStaffPage", &get_staff_page),
      staff_row("/staff/assets/{name}", "getStaffAsset", &get_staff_asset),
  };
}

}  // namespace inkan::api
