// inkan restore: a backup judged (--drill), and made into a state directory again (--to).
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/backup/backup_folder.h"
#include "daemon/backup/restoring.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/cli/terminal_pins.h"
#include "daemon/clock.h"

namespace inkan::daemon::cli {
namespace {

struct RestoreOptions {
  std::string backup, config, to, work;
  std::vector<std::filesystem::path> kept;
  std::uint64_t accepted_loss = 0;
  bool drill = false;
};

void print_judgements(const DrillReport& report) {
  for (const auto& each : report.judgements.all()) {
    std::cout << name(each.verdict) << std::string(6 - name(each.verdict).size(), ' ') << each.what << ": "
              << each.found << '\n';
    if (!each.mend.empty()) std::cout << "      to mend it: " << each.mend << '\n';
  }
}

nlohmann::json restore_json(const DrillReport& report) {
  nlohmann::json json{{"good", report.judgements.good()},
                      {"leaves", report.leaves},
                      {"covered", report.covered},
                      {"lost", report.lost()},
                      {"judgements", nlohmann::json::array()}};
  for (const auto& each : report.judgements.all())
    json["judgements"].push_back(
        {{"verdict", name(each.verdict)}, {"what", each.what}, {"found", each.found}, {"mend", each.mend}});
  return json;
}

void check_usage(const RestoreOptions& options) {
  if (options.drill != options.to.empty())
    throw Failure(Exit::usage, "say --drill, or --to STATE_DIR: one of them",
                  "a drill changes nothing; --to restores, if the drill is good");
  if (options.accepted_loss > 0 && options.drill)
    throw Failure(Exit::usage, "--accept-lost-leaves is for --to: a drill tells how many are lost",
                  "leave it out");
}

Exit run_restore(Context& context, const RestoreOptions& options) {
  check_usage(options);
  ::umask(077);
  const auto config = Config::load(options.config);
  TerminalPins officers;
  const ThrowAwayFolder work(options.work.empty() ? std::filesystem::temp_directory_path()
                                                  : std::filesystem::path(options.work));
  const DrillOrder order{options.backup,
                         config,
                         options.kept,
                         options.accepted_loss,
                         now_micros(),
                         &officers,
                         [](const std::string& what) { std::cerr << what << '\n'; }};
  const auto report = drill(order, work.path());
  const bool good = report.judgements.good();
  if (good && !options.drill) restore(options.backup, report, options.to);
  if (context.json) {
    print_json(restore_json(report));
    return good ? Exit::ok : Exit::refused;
  }
  print_judgements(report);
  if (!good)
    std::cout << (options.drill ? "THE BACKUP DOES NOT DO.\n"
                                : "NOTHING WAS RESTORED: THE BACKUP DOES NOT DO.\n");
  else if (options.drill)
    std::cout << "The backup does: store, log, configuration and tokens belong together. Nothing was "
                 "changed, and nothing signed.\n";
  else
    std::cout << "Restored into " << options.to
              << ". Before inkand starts there: read \"After a loss\" in operations.md.\n";
  return good ? Exit::ok : Exit::refused;
}

}  // namespace

void add_restore(CLI::App& app, Context& context) {
  const auto options = std::make_shared<RestoreOptions>();
  auto* const command = app.add_subcommand(
      "restore", "Judge a backup, with the tokens attached (--drill), or restore it (--to)");
  command->add_option("backup", options->backup, "The folder that `inkan backup` made")->required();
  command
      ->add_option("--config", options->config,
                   "inkand's configuration on this machine: where the tokens are")
      ->required();
  command
      ->add_option("--checkpoint", options->kept,
                   "A checkpoint kept outside; the backup must not be older (may be given again)")
      ->required();
  command->add_flag("--drill", options->drill,
                    "Judge only: nothing is changed, what is unpacked is thrown away");
  command->add_option("--to", options->to,
                      "Restore into this state directory, empty or not there yet, if all is good");
  command->add_option(
      "--accept-lost-leaves", options->accepted_loss,
      "Restore an older store: so many leaves that the newest --checkpoint covers are gone for good");
  command->add_option("--work", options->work,
                      "Where to unpack: a folder with room for the backup, else the system's temporary one");
  command->callback([options, &context] { context.exit = run_restore(context, *options); });
}

}  // namespace inkan::daemon::cli
