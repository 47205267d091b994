#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"

namespace inkan::daemon::cli {
namespace {

struct ReceiptOptions {
  std::string serial, of = "issuance", save;
};

Exit receipt(Context& context, const ReceiptOptions& options) {
  context.resolve();
  const auto text =
      ApiClient(context).fetch("/v1/certificates/" + options.serial + "/receipt", {{"of", options.of}});
  if (!options.save.empty())
    write_file(options.save, text);
  else if (context.json)
    print_json({{"receipt", text}});
  else
    std::cout << text;
  return Exit::ok;
}

}  // namespace

void add_receipt(CLI::App& app, Context& context) {
  auto options = std::make_shared<ReceiptOptions>();
  CLI::App* command = app.add_subcommand(
      "receipt",
      "Get the proof that a certificate's issuance, revocation or release stands in the signed ledger");
  command->add_option("serial", options->serial, "Serial number, hexadecimal")->required();
  command->add_option("--of", options->of, "issuance, revocation or release")->capture_default_str();
  command->add_option("--save", options->save, "Write it to this file (C2SP tlog-proof)");
  command->callback([options, &context] { context.exit = receipt(context, *options); });
}

}  // namespace inkan::daemon::cli
