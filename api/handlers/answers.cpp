#include "api/handlers/answers.h"

#include "policy/types/digest.h"

namespace inkan::api {

Response json_response(int status, const Json& json) {
  Response response{status, "application/json", to_text(json), {}};
  return response.with("Cache-Control", "no-store");
}

Response cacheable(const Request& request, std::string content_type, std::string body,
                   std::string cache_control) {
  const auto etag = "\"" + policy::sha256(policy::as_bytes(body)).hex().substr(0, 32) + "\"";
  const auto* known = request.head.find("if-none-match");
  Response response{200, std::move(content_type), std::move(body), {}};
  if (known && names_etag(*known, etag)) response = Response{304, "", "", {}};
  return response.with("ETag", etag).with("Cache-Control", std::move(cache_control)).with("Vary", "Accept");
}

}  // namespace inkan::api
