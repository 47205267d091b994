#include "api/page/origin.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace inkan::api {

bool is_https_origin(const std::string& text) {
  try {
    const Poco::URI uri(text);
    const auto port = uri.getPort() == 443 ? "" : ":" + std::to_string(uri.getPort());
    return !uri.getHost().empty() && text == "https://" + uri.getHost() + port;
  } catch (const Poco::Exception&) {
    return false;
  }
}

}  // namespace inkan::api
