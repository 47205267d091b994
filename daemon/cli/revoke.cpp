#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/clock.h"

namespace inkan::daemon::cli {
namespace {

struct RevokeOptions {
  std::string serial, reason = "unspecified", invalidity_date, idempotency_key;
};

Exit change(Context& context, const RevokeOptions& options, const std::string& how,
            const nlohmann::json& request) {
  context.resolve();
  const auto key = options.idempotency_key.empty() ? uuid_v4() : options.idempotency_key;
  const auto answer =
      ApiClient(context).post("/v1/certificates/" + options.serial + "/" + how, request, key).body;
  if (context.json)
    print_json(answer);
  else
    print_fields(std::cout, {{"serial", text_at(answer, "serial")},
                             {"status", text_at(answer, "status")},
                             {"revoked at", text_at(answer, "revocation.revoked_at")},
                             {"reason", text_at(answer, "revocation.reason")}});
  return Exit::ok;
}

Exit revoke(Context& context, const RevokeOptions& options) {
  nlohmann::json request{{"reason", options.reason}};
  if (!options.invalidity_date.empty()) request["invalidity_date"] = options.invalidity_date;
  return change(context, options, "revoke", request);
}

}  // namespace

void add_release(CLI::App& app, Context& context) {
  auto options = std::make_shared<RevokeOptions>();
  CLI::App* command = app.add_subcommand("release", "Take a certificate off hold; it is valid again");
  command->add_option("serial", options->serial, "Serial number, hexadecimal")->required();
  command->add_option("--idempotency-key", options->idempotency_key, "Repeat an earlier call");
  command->callback(
      [options, &context] { context.exit = change(context, *options, "release", nlohmann::json::object()); });
}

void add_revoke(CLI::App& app, Context& context) {
  auto options = std::make_shared<RevokeOptions>();
  CLI::App* command = app.add_subcommand(
      "revoke", "Revoke a certificate; this cannot be undone, but for the reason certificateHold");
  command->add_option("serial", options->serial, "Serial number, hexadecimal")->required();
  command
      ->add_option("--reason", options->reason,
                   "RFC 5280 reason: keyCompromise, superseded, cessationOfOperation, certificateHold, …")
      ->capture_default_str();
  command->add_option("--invalidity-date", options->invalidity_date,
                      "RFC 3339 time from which the key is not to be trusted");
  command->add_option("--idempotency-key", options->idempotency_key, "Repeat an earlier call");
  command->callback([options, &context] { context.exit = revoke(context, *options); });
}

}  // namespace inkan::daemon::cli
