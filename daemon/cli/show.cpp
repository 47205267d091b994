#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"

namespace inkan::daemon::cli {
namespace {

struct ShowOptions {
  std::string serial;
  bool pem = false;
};

Exit show(Context& context, const ShowOptions& options) {
  context.resolve();
  const auto answer = ApiClient(context).get("/v1/certificates/" + options.serial).body;
  if (context.json) {
    print_json(answer);
  } else if (options.pem) {
    std::cout << text_at(answer, "certificate");
  } else {
    print_fields(std::cout,
                 {{"serial", text_at(answer, "serial")},
                  {"status", text_at(answer, "status")},
                  {"subject", text_at(answer, "subject")},
                  {"authority", text_at(answer, "authority")},
                  {"profile", text_at(answer, "profile") + " v" + text_at(answer, "profile_version")},
                  {"profile SHA-256", text_at(answer, "profile_sha256")},
                  {"not before", text_at(answer, "not_before")},
                  {"not after", text_at(answer, "not_after")},
                  {"renewal", text_at(answer, "renewal.from") + " .. " + text_at(answer, "renewal.to")},
                  {"revoked at", text_at(answer, "revocation.revoked_at")},
                  {"reason", text_at(answer, "revocation.reason")},
                  {"requester", text_at(answer, "requester")},
                  {"ledger leaf", text_at(answer, "ledger.index")}});
  }
  return Exit::ok;
}

}  // namespace

void add_show(CLI::App& app, Context& context) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = app.add_subcommand("show", "Show one certificate and its status");
  command->add_option("serial", options->serial, "Serial number, hexadecimal")->required();
  command->add_flag("--pem", options->pem, "Print the certificate itself");
  command->callback([options, &context] { context.exit = show(context, *options); });
}

}  // namespace inkan::daemon::cli
