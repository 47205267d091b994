#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/ledger_fetch.h"
#include "daemon/cli/print.h"
#include "policy/types/bytes.h"

namespace inkan::daemon::cli {
namespace {

struct LedgerOptions {
  std::string from = "0", limit = "100";
};

Exit head(Context& context) {
  context.resolve();
  const auto answer = ApiClient(context).get("/v1/ledger").body;
  if (context.json)
    print_json(answer);
  else
    std::cout << "size          " << text_at(answer, "size") << "\nroot          " << text_at(answer, "root")
              << "\nverifier key  " << text_at(answer, "verifier_key") << "\n\n"
              << text_at(answer, "checkpoint");
  return Exit::ok;
}

// One leaf a line, as it was hashed, so that the output can be hashed again.
Exit entries(Context& context, const LedgerOptions& options) {
  context.resolve();
  const auto answer =
      ApiClient(context).get("/v1/ledger/entries", {{"from", options.from}, {"limit", options.limit}}).body;
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  for (const auto& entry : answer.value("items", nlohmann::json::array())) {
    const auto leaf = policy::from_base64(text_at(entry, "octets"));
    if (!leaf)
      throw Failure(Exit::unavailable, "leaf " + text_at(entry, "index") + " is not base64",
                    "run inkan verify");
    std::cout << policy::as_text(*leaf) << '\n';
  }
  return Exit::ok;
}

}  // namespace

void add_ledger(CLI::App& app, Context& context) {
  auto options = std::make_shared<LedgerOptions>();
  CLI::App* command = app.add_subcommand("ledger", "Read the ledger (auditors)");
  command->require_subcommand(1);
  command->add_subcommand("head", "Its size, root and newest checkpoint")->callback([&context] {
    context.exit = head(context);
  });
  CLI::App* read = command->add_subcommand("entries", "Its leaves, one canonical JSON a line");
  read->add_option("--from", options->from, "Index of the first leaf")->capture_default_str();
  read->add_option("--limit", options->limit, "How many, 1 to 1000")->capture_default_str();
  read->callback([options, &context] { context.exit = entries(context, *options); });

  auto fetch_options = std::make_shared<FetchOptions>();
  CLI::App* fetch = command->add_subcommand(
      "fetch",
      "Copy its files (C2SP tlog-tiles) into a folder, those that are missing there, to judge them offline");
  fetch->add_option("--to", fetch_options->to, "The folder")->required();
  fetch->add_option("--verifier-key", fetch_options->verifier_key,
                    "The ledger's verifier key as you know it, <origin>+<id>+<base64>");
  fetch->callback([fetch_options, &context] { context.exit = fetch_ledger(context, *fetch_options); });
}

}  // namespace inkan::daemon::cli
