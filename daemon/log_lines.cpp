#include "daemon/log_lines.h"

#include <algorithm>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "daemon/clock.h"

namespace inkan::daemon {

namespace {

// Most values are plain; the rest go through the library.
void append_value(std::string& line, std::string_view value) {
  const bool plain = std::all_of(value.begin(), value.end(),
                                 [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; });
  if (plain) {
    line.append("\"").append(value).append("\"");
    return;
  }
  line += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void append(std::string& line, std::string_view key, std::string_view value) {
  line.append(line.empty() ? "{" : ",").append("\"").append(key).append("\":");
  append_value(line, value);
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
