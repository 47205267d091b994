// inkan: the command line of operators, officers and auditors.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "daemon/cli/commands.h"
#include "policy/types/error.h"

namespace {

using inkan::daemon::cli::Context;
using inkan::daemon::cli::Exit;
using inkan::daemon::cli::Failure;

void add_options(CLI::App& app, Context& context) {
  app.add_option("--api", context.api, "Base URL of the API (INKAN_API)");
  app.add_option("--ca", context.ca, "PEM file of the CA that the server's certificate chains to (INKAN_CA)");
  app.add_option("--cert", context.certificate, "PEM file of your certificate and its chain (INKAN_CERT)");
  app.add_option("--key", context.key, "PEM file of your private key (INKAN_KEY)");
  app.add_option("--as", context.as,
                 "Take INKAN_<NAME>_CERT and INKAN_<NAME>_KEY, for example: --as web-tier");
  app.add_flag("--json", context.json, "Print the API's answer as JSON");
}

void add_commands(CLI::App& app, Context& context) {
  namespace cli = inkan::daemon::cli;
  cli::add_issue(app, context);
  cli::add_show(app, context);
  cli::add_list(app, context);
  cli::add_revoke(app, context);
  cli::add_release(app, context);
  cli::add_organisations(app, context);
  cli::add_users(app, context);
  cli::add_enrolments(app, context);
  cli::add_publish(app, context);
  cli::add_receipt(app, context);
  cli::add_ledger(app, context);
  cli::add_events(app, context);
  cli::add_evidence(app, context);
  cli::add_approvals(app, context);
  cli::add_issuing(app, context);
  cli::add_ca(app, context);
  cli::add_keys(app, context);
  cli::add_roles(app, context);
  cli::add_profile(app, context);
  cli::add_blocklist(app, context);
  add_verify(app, context);
  cli::add_reconcile(app, context);
  cli::add_status(app, context);
  cli::add_init(app, context);
  cli::add_ceremony(app, context);
  cli::add_token(app, context);
  cli::add_unlock(app, context);
  cli::add_backup(app, context);
  cli::add_restore(app, context);
  app.require_subcommand(1);
  for (CLI::App* command : app.get_subcommands({})) {
    command->fallthrough();  // options of the program may stand after the command
    for (CLI::App* inner : command->get_subcommands({})) inner->fallthrough();
  }
}

int fail(Exit status, const std::string& what, const std::string& mend) {
  std::cerr << "inkan: " << what << '\n';
  if (!mend.empty()) std::cerr << "  to mend it: " << mend << '\n';
  return static_cast<int>(status);
}

int run(int argc, char** argv) {
  Context context;
  CLI::App app(
      "Inkan: issue, show and revoke certificates, and check the ledger, over the REST API.\n"
      "Exit status: 0 done, 1 refused (or found wrong), 2 wrong usage, 3 unavailable: try again.");
  app.set_version_flag("--version", "inkan " INKAN_VERSION);
  add_options(app, context);
  add_commands(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  return static_cast<int>(context.exit);
}

}  // namespace

int main(int argc, char** argv) {
  using inkan::policy::Error;
  using inkan::policy::ErrorCode;
  std::signal(SIGPIPE, SIG_IGN);  // as in inkand: a module may write to a server that is gone
  try {
    return run(argc, argv);
  } catch (const Failure& failure) {
    return fail(failure.status(), failure.what(), failure.mend());
  } catch (const Error& error) {
    return fail(error.code() == ErrorCode::unavailable ? Exit::unavailable : Exit::usage, error.what(), {});
  } catch (const std::exception& error) {
    return fail(Exit::unavailable, error.what(), {});
  }
}
