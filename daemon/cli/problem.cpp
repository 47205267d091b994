#include "daemon/cli/problem.h"

#include "daemon/cli/api_client.h"

namespace inkan::daemon::cli {
namespace {

std::string member(const nlohmann::json& problem, const char* name) {
  return problem.is_object() && problem.contains(name) && problem[name].is_string()
             ? problem[name].get<std::string>()
             : "";
}

// {"pointer": "#/csr", "detail": "…"}: which part of the request, and what is wrong with it.
std::string field_errors(const nlohmann::json& problem) {
  std::string text;
  if (!problem.is_object() || !problem.contains("errors") || !problem["errors"].is_array()) return text;
  for (const auto& error : problem["errors"])
    for (const char* kind : {"pointer", "parameter", "header"})
      if (!member(error, kind).empty()) text += "\n  " + member(error, kind) + ": " + member(error, "detail");
  return text;
}

}  // namespace

Failure failure_of(const Response& response) {
  const auto& problem = response.body;
  std::string what = std::to_string(response.status);
  const std::string title = member(problem, "title"), detail = member(problem, "detail");
  if (title.empty() && detail.empty()) {
    what += " " + response.text.substr(0, 200);
  } else {
    what += " " + title + (detail.empty() ? "" : ": " + detail) + field_errors(problem);
  }
  const std::string rule = member(problem, "rule"), clause = member(problem, "clause");
  if (!rule.empty()) what += "\n  rule: " + rule + (clause.empty() ? "" : " (" + clause + ")");
  if (!response.request_id.empty()) what += "\n  request: " + response.request_id;
  const bool later = response.status >= 500 || response.status == 409 || response.status == 429;
  const std::string mend = member(problem, "mend");
  return Failure(later ? Exit::unavailable : Exit::refused, what,
                 mend.empty() && later ? "try again in a moment" : mend);
}

}  // namespace inkan::daemon::cli
