#include "daemon/log_lines.h"

#include <iostream>
#include <mutex>

#include "daemon/clock.h"
#include "policy/types/json_object.h"

namespace inkan::daemon {

namespace {

void append(std::string& line, std::string_view key, std::string_view value) {
  line.append(line.empty() ? "{\"" : ",\"").append(key).append("\":");
  policy::append_json_text(line, value);
}

std::string_view name(api::Severity severity) {
  switch (severity) {
    case api::Severity::info:
      return "info";
    case api::Severity::warning:
      return "warning";
    case api::Severity::error:
      return "error";
  }
  return "";
}

}  // namespace

void log_line(api::Severity severity, std::string_view event, const api::LogFields& fields) {
  std::string line;
  line.reserve(512);
  append(line, "time", policy::to_rfc3339(now_micros()));
  append(line, "level", name(severity));
  append(line, "event", event);
  for (const auto& [key, value] : fields) append(line, key, value);
  line += "}\n";
  static std::mutex one_line_at_a_time;
  const std::lock_guard lock(one_line_at_a_time);
  std::cerr << line << std::flush;
}

}  // namespace inkan::daemon
