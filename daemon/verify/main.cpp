// inkan-verify: the auditor's program. It needs files and public keys only: no server, no token, no database.
#include <CLI/CLI.hpp>
#include <iostream>

#include "daemon/verify/commands.h"
#include "policy/types/error.h"

int main(int argc, char** argv) {
  using inkan::daemon::verify::Exit;
  Exit exit = Exit::usage;
  CLI::App app(
      "inkan-verify: judge a ledger, a receipt or an evidence pack out of it, from files and the ledger's "
      "public key alone.\n"
      "Exit status: 0 good, 1 bad, 2 wrong usage or a file that cannot be read.");
  app.set_version_flag("--version", "inkan-verify " INKAN_VERSION);
  inkan::daemon::verify::add_log(app, exit);
  inkan::daemon::verify::add_receipt(app, exit);
  inkan::daemon::verify::add_pack(app, exit);
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  } catch (const std::exception& error) {
    std::cerr << "inkan-verify: " << error.what() << '\n';
    return static_cast<int>(Exit::usage);
  }
  return static_cast<int>(exit);
}
