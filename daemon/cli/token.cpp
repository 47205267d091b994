// inkan token: a module's tokens, in this process. PINs come from files, never from the command line.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/commands.h"
#include "pkcs11/token.h"
#include "pkcs11/token_init.h"

namespace inkan::daemon::cli {
namespace {

struct TokenOptions {
  std::string module, init_args, label, so_pin_file, pin_file;
};

void list(const TokenOptions& options) {
  for (const auto& token : pkcs11::list_tokens(options.module, options.init_args)) {
    if (!token.initialised) {
      std::cout << "(an uninitialised slot)\n";
      continue;
    }
    std::cout << token.label << "\tserial " << token.serial << "\t" << token.manufacturer << " "
              << token.model << "\n";
  }
}

void init(const TokenOptions& options) {
  const bool made = pkcs11::init_token(options.module, options.init_args, options.label,
                                       pkcs11::Pin::from_file(options.so_pin_file),
                                       pkcs11::Pin::from_file(options.pin_file));
  std::cout << "token " << options.label << (made ? " made\n" : " is there already\n");
}

}  // namespace

void add_token(CLI::App& app, Context&) {
  auto* const token = app.add_subcommand("token", "List or make the tokens of a PKCS#11 module");
  token->require_subcommand(1);
  auto options = std::make_shared<TokenOptions>();
  for (auto* const command : {token->add_subcommand("list", "List the module's tokens"),
                              token->add_subcommand("init", "Make an empty token")}) {
    command->add_option("--module", options->module, "The PKCS#11 module, a shared library")->required();
    command->add_option("--init-args", options->init_args, "What the module wants at C_Initialize (NSS)");
    if (command->get_name() == "list") {
      command->callback([options] { list(*options); });
      continue;
    }
    command->add_option("--label", options->label, "The token's label")->required();
    command->add_option("--so-pin-file", options->so_pin_file, "File with the security officer's PIN")
        ->required();
    command->add_option("--pin-file", options->pin_file, "File with the user PIN")->required();
    command->callback([options] { init(*options); });
  }
}

}  // namespace inkan::daemon::cli
