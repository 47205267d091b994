#include "daemon/log_lines.h"

#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "daemon/clock.h"

namespace inkan::daemon {

void log_line(api::Severity severity, std::string_view event, const api::LogFields& fields) {
  nlohmann::ordered_json line = {{"time", policy::to_rfc3339(now_micros())},
                                 {"level", severity == api::Severity::info      ? "info"
                                           : severity == api::Severity::warning ? "warning"
                                                                                : "error"},
                                 {"event", event}};
  for (const auto& [key, value] : fields) line[std::string(key)] = value;
  const std::string text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  static std::mutex one_line_at_a_time;
  const std::lock_guard lock(one_line_at_a_time);
  std::cerr << text << std::flush;
}

}  // namespace inkan::daemon
