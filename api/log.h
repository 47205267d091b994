// How the edge hands its operational log lines to whoever writes them: one event, then key=value. Never a
// body, a key or a header's text.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inkan::api {

enum class Severity { info, warning, error };

using LogFields = std::vector<std::pair<std::string_view, std::string>>;
// Called from many threads at once.
using Log = std::function<void(Severity severity, std::string_view event, const LogFields& fields)>;

}  // namespace inkan::api
