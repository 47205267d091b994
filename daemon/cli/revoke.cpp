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
  int wait = 0;  // seconds, for the CRL
};

constexpr int k_longest_wait = 10;

void add_wait(CLI::App& command, RevokeOptions& options) {
  command
      .add_option("--wait", options.wait,
                  "Wait up to so many seconds until it is published, and say on which CRL; with the receipt")
      ->check(CLI::Range(1, k_longest_wait));
}

std::string leaf_of(const nlohmann::json& answer, const std::string& how) {
  return text_at(answer, how == "release" ? "release.ledger.index" : "revocation.ledger.index");
}

Exit change(Context& context, const RevokeOptions& options, const std::string& how,
            const nlohmann::json& request) {
  context.resolve();
  const auto key = options.idempotency_key.empty() ? uuid_v4() : options.idempotency_key;
  const auto prefer = options.wait > 0 ? "wait=" + std::to_string(options.wait) : "";
  const auto answer =
      ApiClient(context).post("/v1/certificates/" + options.serial + "/" + how, request, key, prefer).body;
  const auto crl = text_at(answer, "published.crl.number");
  if (context.json)
    print_json(answer);
  else
    print_fields(std::cout,
                 {{"serial", text_at(answer, "serial")},
                  {"status", text_at(answer, "status")},
                  {"revoked at", text_at(answer, "revocation.revoked_at")},
                  {"reason", text_at(answer, "revocation.reason")},
                  {"released at", text_at(answer, "release.released_at")},
                  {"on CRL", crl.empty() ? "" : crl + " of " + text_at(answer, "published.crl.authority")},
                  {"in OCSP from", text_at(answer, "published.ocsp_from")},
                  {"not published", text_at(answer, "unpublished")},
                  {"receipt",
                   text_at(answer, "receipt").empty() ? "" : "in the ledger, leaf " + leaf_of(answer, how)}});
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
  add_wait(*command, *options);
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
  add_wait(*command, *options);
  command->callback([options, &context] { context.exit = revoke(context, *options); });
}

}  // namespace inkan::daemon::cli
