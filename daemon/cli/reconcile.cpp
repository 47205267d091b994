#include <CLI/CLI.hpp>
#include <iostream>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"

namespace inkan::daemon::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

void print_keys(const nlohmann::json& books) {
  Rows rows;
  for (const auto& key : books.value("keys", nlohmann::json::array())) {
    auto& row = rows.emplace_back();
    for (const char* column :
         {"label", "intents", "certificates", "crls", "ocsp", "canaries", "requests", "evidence",
          "checkpoints", "failed", "possible", "open", "late", "signatures", "allowed"})
      row.push_back(text_at(key, column));
  }
  print_table({"KEY", "INTENTS =", "CERTS +", "CRLS +", "OCSP +", "CANARIES +", "REQUESTS +", "EVIDENCE +",
               "CHECKPOINTS +", "FAILED +", "POSSIBLE +", "OPEN", "LATE", "SIGNED NOW <=", "ALLOWED"},
              rows);
  rows.clear();
  for (const auto& key : books.value("apart", nlohmann::json::array()))
    rows.push_back({text_at(key, "label"), text_at(key, "signatures")});
  std::cout << '\n';
  print_table({"COUNTED APART", "SIGNED NOW"}, rows);
}

void print_kept(const nlohmann::json& books) {
  Rows rows;
  for (const char* what : {"certificates", "revocations", "crls", "checkpoints"})
    rows.push_back({what, text_at(books, std::string("kept.") + what + ".store"),
                    text_at(books, std::string("kept.") + what + ".leaves")});
  std::cout << '\n';
  print_table({"KEPT", "IN THE STORE", "BY THE LEAVES"}, rows);
}

void print_verdict(const nlohmann::json& books) {
  std::cout << '\n';
  for (const auto& difference : books.value("differences", nlohmann::json::array()))
    print_fields(std::cout, {{"DIFFERENCE:", difference.is_string() ? difference.get<std::string>() : "?"}});
  if (text_at(books, "reconciled") == "true")
    std::cout << "RECONCILED: " << text_at(books, "leaves")
              << " leaves, the store and the tokens' counts since the daemon started agree\n";
  else
    std::cout << "NOT RECONCILED: " << text_at(books, "differences_found") << " differences\n";
}

Exit reconcile(Context& context) {
  context.resolve();
  const auto books = ApiClient(context).get("/v1/reconcile").body;
  if (context.json) {
    print_json(books);
  } else {
    print_keys(books);
    print_kept(books);
    print_verdict(books);
  }
  return text_at(books, "reconciled") == "true" ? Exit::ok : Exit::refused;
}

}  // namespace

void add_reconcile(CLI::App& app, Context& context) {
  app.add_subcommand(
         "reconcile",
         "Hold intents, outcomes, the store and what the tokens signed against each other (officers and "
         "auditors)")
      ->callback([&context] { context.exit = reconcile(context); });
}

}  // namespace inkan::daemon::cli
