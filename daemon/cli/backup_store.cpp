// inkan backup: store, log and configuration into a folder, while inkand runs or stands still.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/atomic_file.h"
#include "daemon/backup/backup_making.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"

namespace inkan::daemon::cli {
namespace {

struct BackupStoreOptions {
  std::string config, to, save_checkpoint;
};

Exit back_up(Context& context, const BackupStoreOptions& options) {
  ::umask(077);  // it holds personal data and password hashes
  const auto config = Config::load(options.config);
  const auto made =
      make_backup(config, options.to, [](const std::string& what) { std::cerr << what << '\n'; });
  if (!options.save_checkpoint.empty())
    write_file_durably(std::filesystem::absolute(options.save_checkpoint), made.checkpoint);
  if (made.config_changed)
    std::cerr << "note: " << options.config
              << " was changed since inkand started; the backup has the one it started with\n";
  if (context.json) {
    print_json({{"backup", made.folder.string()},
                {"leaves", made.leaves},
                {"size", made.head.size},
                {"root", made.head.root.hex()},
                {"checkpoint", made.checkpoint}});
  } else {
    std::cout
        << "backup      " << made.folder.string() << "\nleaves      " << made.leaves << "\ncheckpoint  "
        << made.head.size << " leaves, root " << made.head.root.hex()
        << "\nIt holds personal data and password hashes, and no key: keep it as you keep the database.\n";
    if (options.save_checkpoint.empty())
      std::cout << "Keep its checkpoint elsewhere too (--save-checkpoint FILE): a drill holds the backup "
                   "against it.\n";
  }
  return Exit::ok;
}

}  // namespace

void add_backup(CLI::App& app, Context& context) {
  const auto options = std::make_shared<BackupStoreOptions>();
  auto* const command = app.add_subcommand(
      "backup",
      "Copy store, ledger and configuration into a folder, while inkand runs (on its machine, as its user)");
  command->add_option("--config", options->config, "inkand's configuration")->required();
  command
      ->add_option("--to", options->to,
                   "The folder to make; it must not be there yet, and one backup never replaces another")
      ->required();
  command->add_option("--save-checkpoint", options->save_checkpoint,
                      "Write its checkpoint to this file too: keep that where the backup is not");
  command->callback([options, &context] { context.exit = back_up(context, *options); });
}

}  // namespace inkan::daemon::cli
