// inkan token prove-backup: a backup of a token is opened and shown to do, on an authority that no daemon
// runs.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "daemon/backup/backup_proving.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/cli/terminal_pins.h"

namespace inkan::daemon::cli {
namespace {

struct BackupOptions {
  std::string config, token, module, init_args, label, pin_file;
};

pkcs11::TokenConfig backup_config(const Config& config, const BackupOptions& options) {
  const auto main = std::find_if(config.tokens.begin(), config.tokens.end(),
                                 [&](const auto& each) { return each.token.name == options.token; });
  if (main == config.tokens.end())
    throw Failure(Exit::usage, "the configuration names no token \"" + options.token + "\"",
                  "give the `name` of a [[token]]");
  pkcs11::TokenConfig backup = main->token;
  backup.name = options.token + "-backup";
  backup.label = options.label;
  backup.serial.clear();
  if (!options.module.empty()) {
    backup.module = options.module;
    backup.init_args = options.init_args;
  }
  backup.sessions = 1;
  return backup;
}

nlohmann::json json_of(const BackupReport& report) {
  nlohmann::json json{{"token", report.token},
                      {"backup", report.backup},
                      {"serial", report.serial},
                      {"proved", report.proved()},
                      {"keys", nlohmann::json::array()}};
  for (const auto& key : report.keys)
    json["keys"].push_back({{"id", key.id},
                            {"label", key.label},
                            {"purpose", key.purpose},
                            {"proved", key.fault.empty()},
                            {"why", key.fault}});
  return json;
}

void print_report(const BackupReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& key : report.keys)
    rows.push_back({key.label, key.id, key.fault.empty() ? "proved" : "NOT PROVED: " + key.fault});
  print_table({"KEY", "CKA_ID", "COPY"}, rows);
  std::cout << (report.proved() ? "The backup " : "THE BACKUP DOES NOT DO: ") << report.backup << ", serial "
            << report.serial
            << (report.proved() ? ", has every key of token " : ", does not have every key of token ")
            << report.token
            << (report.proved() ? ", and each of them signs.\n" : ", or one does not sign.\n");
}

Exit prove(Context& context, const BackupOptions& options) {
  const auto config = Config::load(options.config);
  const auto place = backup_config(config, options);
  // Before anything of the authority is opened: a wrong PIN, or no token, is told of and nothing is written.
  const auto backup = pkcs11::Token::open(place, options.pin_file.empty()
                                                     ? ask_pin("PIN of the backup " + options.label + ": ")
                                                     : pkcs11::Pin::from_file(options.pin_file));
  TerminalPins officers;
  Core core(
      config, Core::Mode::run, [](const std::string& why) { std::cerr << why << std::endl; }, &officers);
  const auto report = prove_in_own_run(core, options.token, backup);
  backup->close();
  if (context.json)
    print_json(json_of(report));
  else
    print_report(report);
  return report.proved() ? Exit::ok : Exit::refused;
}

}  // namespace

void add_prove_backup(CLI::App& token, Context& context) {
  const auto options = std::make_shared<BackupOptions>();
  auto* const command = token.add_subcommand(
      "prove-backup", "Show that a backup has every key of a token and signs with it; inkand must not run");
  command->add_option("--config", options->config, "inkand's configuration")->required();
  command->add_option("--token", options->token, "The token's name there")->required();
  command->add_option("--backup-label", options->label, "The label of the backup's token")->required();
  command->add_option("--backup-module", options->module, "Its PKCS#11 module, if another than the token's");
  command->add_option("--backup-init-args", options->init_args, "What that module wants at C_Initialize");
  command->add_option("--backup-pin-file", options->pin_file, "File with its user PIN; else it is asked for");
  command->callback([options, &context] { context.exit = prove(context, *options); });
}

}  // namespace inkan::daemon::cli
