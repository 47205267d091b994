#include <CLI/CLI.hpp>
#include <iostream>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/cli/problem.h"

namespace inkan::daemon::cli {
namespace {

void print_parts(const nlohmann::json& readiness) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& part : readiness.value("parts", nlohmann::json::array()))
    rows.push_back(
        {text_at(part, "name"), text_at(part, "ok") == "true" ? "ok" : "NOT OK", text_at(part, "detail")});
  print_table({"PART", "STATE", "DETAIL"}, rows);
}

void print_authorities(const nlohmann::json& answer) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& authority : answer.value("items", nlohmann::json::array()))
    rows.push_back({text_at(authority, "id"), text_at(authority, "key_state"),
                    text_at(authority, "not_after"), text_at(authority, "crl.number"),
                    text_at(authority, "crl.next_update"), text_at(authority, "subject")});
  print_table({"AUTHORITY", "KEY", "NOT AFTER", "CRL", "NEXT CRL", "SUBJECT"}, rows);
}

void print_tokens(const nlohmann::json& answer) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& token : answer.value("items", nlohmann::json::array()))
    rows.push_back({text_at(token, "name"), text_at(token, "state"), text_at(token, "sessions"),
                    text_at(token, "in_flight"), text_at(token, "stuck"), text_at(token, "queued"),
                    text_at(token, "sign_ms"), text_at(token, "recoveries"),
                    text_at(token, "label") + ", serial " + text_at(token, "serial")});
  print_table(
      {"TOKEN", "STATE", "SESSIONS", "IN FLIGHT", "STUCK", "QUEUED", "SIGN MS", "RECOVERIES", "LABEL"}, rows);
}

Exit status(Context& context) {
  context.resolve();
  ApiClient client(context);
  // 503 is how it says "not ready": its body is the same list of parts.
  const Response looked = client.look("/v1/readiness");
  if (!looked.ok() && !(looked.body.is_object() && looked.body.contains("parts"))) throw failure_of(looked);
  const auto& readiness = looked.body;
  const auto authorities = client.get("/v1/authorities").body;
  const auto tokens = client.get("/v1/tokens").body;
  if (context.json) {
    print_json({{"readiness", readiness}, {"authorities", authorities}, {"tokens", tokens}});
  } else {
    print_parts(readiness);
    std::cout << '\n';
    print_tokens(tokens);
    std::cout << '\n';
    print_authorities(authorities);
  }
  return text_at(readiness, "ready") == "true" ? Exit::ok : Exit::unavailable;
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  app.add_subcommand("status", "Say whether the daemon is ready, part by part (officers and auditors)")
      ->callback([&context] { context.exit = status(context); });
}

}  // namespace inkan::daemon::cli
