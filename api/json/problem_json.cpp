#include "api/json/problem_json.h"

#include "api/json/document.h"

namespace inkan::api {

std::string encode(const Problem& problem, std::string_view type_name, std::string_view title, int status,
                   const std::string& request_id) {
  Json json;
  json["type"] = "urn:inkan:problem:" + std::string(type_name);
  json["title"] = title;
  json["status"] = status;
  json["detail"] = problem.detail.substr(0, 2000);
  json["instance"] = "urn:inkan:request:" + request_id;
  if (!problem.rule.empty()) json["rule"] = problem.rule;
  if (!problem.clause.empty()) json["clause"] = problem.clause;
  if (!problem.mend.empty()) json["mend"] = problem.mend;
  for (const auto& error : problem.errors)
    json["errors"].push_back({{error.kind, error.name}, {"detail", error.detail}});
  return to_text(json);
}

}  // namespace inkan::api
