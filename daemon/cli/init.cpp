// inkan init PLAN.toml: the set-up ceremony, in this process, on an empty store and empty tokens.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/terminal_pins.h"
#include "daemon/setup/setup.h"

namespace inkan::daemon::cli {

void add_init(CLI::App& app, Context&) {
  auto* const command = app.add_subcommand(
      "init", "Set up a new authority from a plan: keys in the tokens, CA certificates, first identities");
  auto plan = std::make_shared<std::string>();
  command->add_option("plan", *plan, "The plan, a TOML file")->required();
  command->callback([plan] {
    TerminalPins officers;
    Setup setup(
        Papers::load(*plan), [](const std::string& step) { std::cout << "  " << step << std::endl; },
        &officers);
    setup.run();
    std::cout << "The authority is set up. Start it with: inkand --config FILE" << std::endl;
  });
}

}  // namespace inkan::daemon::cli
