// What browsers call a place that serves a page.
#pragma once

#include <string>

namespace inkan::api {

// "https://host" or "https://host:port" as browsers write it (RFC 6454 §6.2): without a path, a user or the
// port 443, for it is compared as text.
bool is_https_origin(const std::string& text);

// What to say of one that is not, after its text.
constexpr const char* k_origin_mend =
    "it must be what browsers call it, in lower case and without a path or the port 443, such as "
    "\"https://ca.example.jp:8443\"";

}  // namespace inkan::api
