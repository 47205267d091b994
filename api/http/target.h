// A request target's path segments and query parameters, percent-decoded once (RFC 3986 §2.1). Pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http/fault.h"

namespace inkan::api {

struct QueryParameter {
  std::string name, value;
  bool operator==(const QueryParameter&) const = default;
};

struct Target {
  std::string path;                   // as sent, for the log
  std::vector<std::string> segments;  // decoded; "/v1/a" has two, "/" has one empty, "/a%2Fb" the one "a/b"
  std::vector<QueryParameter> query;  // decoded, "+" being a space as HTML forms send it
};

// `text` begins with "/". Refused: a bad percent escape, an escape for a control character, text that is not
// UTF-8, the segments "." and "..", more than 16 segments or 32 parameters.
std::variant<Target, Fault> parse_target(std::string_view text);

}  // namespace inkan::api
