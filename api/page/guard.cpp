#include "api/page/guard.h"

namespace inkan::api {
namespace {

constexpr const char* k_content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'";

}  // namespace

Response guarded_against_browsers(Response response) {
  response.with("Content-Security-Policy", k_content_policy)
      .with("Referrer-Policy", "no-referrer")
      .with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Cross-Origin-Resource-Policy", "same-origin")
      .with("X-Frame-Options", "DENY");
  return response;
}

}  // namespace inkan::api
