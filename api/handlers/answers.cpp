#include "api/handlers/answers.h"

#include "policy/types/digest.h"

namespace inkan::api {

Response json_response(int status, std::string json) {
  Response response{status, "application/json", std::move(json), {}};
  return response.with("Cache-Control", "no-store");
}

namespace {

Response cacheable(const Request& request, Response response, const policy::Sha256& sha256,
                   std::string cache_control) {
  const auto etag = "\"" + sha256.hex().substr(0, 32) + "\"";
  const auto* known = request.head.find("if-none-match");
  if (known && names_etag(*known, etag)) response = Response{304, "", "", {}};
  return response.with("ETag", etag).with("Cache-Control", std::move(cache_control)).with("Vary", "Accept");
}

}  // namespace

Response cacheable(const Request& request, std::string content_type, std::string body,
                   std::string cache_control) {
  const auto sha256 = policy::sha256(policy::as_bytes(body));
  return cacheable(request, Response{200, std::move(content_type), std::move(body), {}}, sha256,
                   std::move(cache_control));
}

Response cacheable(const Request& request, std::string content_type, SharedBody octets,
                   const policy::Sha256& sha256, std::string cache_control) {
  Response response{200, std::move(content_type), "", {}};
  response.shared = std::move(octets);
  return cacheable(request, std::move(response), sha256, std::move(cache_control));
}

std::string next_link(const Request& request, const std::string& cursor) {
  std::string target = request.target.path;
  char separator = '?';
  const auto append = [&](const std::string& name, const std::string& value) {
    target += separator;
    separator = '&';
    target += name + '=';
    for (const char c : value) {
      const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         c == '-' || c == '.' || c == '_' || c == '~';
      const auto octet = static_cast<std::uint8_t>(c);
      target += plain ? std::string(1, c) : "%" + policy::to_hex({&octet, 1});
    }
  };
  for (const auto& [name, value] : request.target.query)
    if (name != "cursor") append(name, value);
  append("cursor", cursor);
  return "<" + target + ">; rel=\"next\"";
}

}  // namespace inkan::api
