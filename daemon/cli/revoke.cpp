#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/cli/revoke_many.h"
#include "daemon/clock.h"

namespace inkan::daemon::cli {
namespace {

struct RevokeOptions {
  std::string serial, reason = "unspecified", invalidity_date, idempotency_key;
  int wait = 0;  // seconds, for the CRL
};

constexpr int k_longest_wait = 10;

CLI::Option* add_wait(CLI::App& command, RevokeOptions& options) {
  return command
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
  const auto crl = text_at(answer, "published.crl.number"), shard = text_at(answer, "published.crl.shard");
  if (context.json)
    print_json(answer);
  else
    print_fields(std::cout,
                 {{"serial", text_at(answer, "serial")},
                  {"status", text_at(answer, "status")},
                  {"revoked at", text_at(answer, "revocation.revoked_at")},
                  {"reason", text_at(answer, "revocation.reason")},
                  {"released at", text_at(answer, "release.released_at")},
                  {"on CRL", crl.empty() ? ""
                                         : crl + " of " + text_at(answer, "published.crl.authority") +
                                               (shard.empty() ? "" : ", shard " + shard)},
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
  auto many = std::make_shared<RevokeManyOptions>();
  CLI::App* command = app.add_subcommand(
      "revoke", "Revoke certificates; this cannot be undone, but for the reason certificateHold");
  auto* serial = command->add_option("serial", options->serial, "Serial number of one, hexadecimal");
  auto* file = command->add_option("--file", many->file, "Many: a file with a serial number on each line");
  auto* issuer = command->add_option("--issuer", many->issuer, "Many: all that this authority has issued");
  serial->excludes(file)->excludes(issuer);
  file->excludes(issuer);
  command->add_flag("--yes", many->yes, "Many: do it; without it, what would become of each is shown")
      ->excludes(serial);
  command
      ->add_option("--comment", many->comment,
                   "Many: for the ledger and for officers who vote on a long list")
      ->excludes(serial);
  command
      ->add_option("--reason", options->reason,
                   "RFC 5280 reason: keyCompromise, superseded, cessationOfOperation, certificateHold, …")
      ->capture_default_str();
  command->add_option("--invalidity-date", options->invalidity_date,
                      "RFC 3339 time from which the key is not to be trusted");
  command->add_option("--idempotency-key", options->idempotency_key, "Repeat an earlier call");
  add_wait(*command, *options)->excludes(file)->excludes(issuer);
  command->callback([options, many, &context] {
    if (options->serial.empty() && many->file.empty() && many->issuer.empty())
      throw Failure(Exit::usage, "no certificate is named", "give a serial number, --file or --issuer");
    many->reason = options->reason;
    many->invalidity_date = options->invalidity_date;
    many->idempotency_key = options->idempotency_key;
    context.exit = options->serial.empty() ? revoke_many(context, *many) : revoke(context, *options);
  });
}

}  // namespace inkan::daemon::cli
