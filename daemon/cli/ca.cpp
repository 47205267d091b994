#include <CLI/CLI.hpp>
#include <memory>

#include "daemon/cli/acts.h"
#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"

namespace inkan::daemon::cli {
namespace {

using policy::ActKind;

struct CaOptions {
  std::string reason;
  policy::ActParameters parameters;  // those that were given
};

Exit list_authorities(Context& context) {
  context.resolve();
  const auto answer = ApiClient(context).get("/v1/authorities").body;
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : answer.value("items", nlohmann::json::array()))
    rows.push_back({text_at(each, "id"), text_at(each, "state"),
                    text_at(each, "issuing") == "true" ? "yes" : "no", text_at(each, "key_algorithm"),
                    text_at(each, "not_after"), text_at(each, "issuer"), text_at(each, "subject")});
  print_table({"AUTHORITY", "STATE", "ISSUES", "KEY", "NOT AFTER", "ISSUER", "SUBJECT"}, rows);
  return Exit::ok;
}

CLI::App* act(CLI::App* group, Context& context, ActKind kind, const char* name, const char* what) {
  const auto options = std::make_shared<CaOptions>();
  CLI::App* command = group->add_subcommand(name, what);
  const auto take = [options](const std::string& parameter) {
    return [options, parameter](const std::string& value) { options->parameters[parameter] = value; };
  };
  command->add_option_function<std::string>("authority", take("authority"), "Its id, as in URLs")->required();
  command->add_option("--reason", options->reason, "For the ledger and for those who vote")->required();
  if (kind == ActKind::create_authority || kind == ActKind::roll_over) {
    command->add_option_function<std::string>("--common-name", take("common_name"), "CN of its certificate")
        ->required();
    command->add_option_function<std::string>("--issuer", take("issuer"),
                                              "Authority that signs it; a new root has none");
    command->add_option_function<std::string>("--algorithm", take("algorithm"),
                                              "P-256, P-384, P-521, Ed25519, RSA-3072 or RSA-4096");
    command->add_option_function<std::string>("--token", take("token"), "Where its key is made");
    command->add_option_function<std::string>("--profile", take("profile"), "Of its certificate");
  }
  command->callback([options, kind, &context] {
    context.exit = ask_for(context, kind, options->reason, options->parameters);
  });
  return command;
}

}  // namespace

void add_ca(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("ca", "Certificate authorities; acts on them take officers' votes");
  group->require_subcommand(1);
  group->add_subcommand("list", "List them")->callback([&context] {
    context.exit = list_authorities(context);
  });
  act(group, context, ActKind::roll_over, "roll-over",
      "Ask for a new key and CA certificate, which issue from then on; the one before goes on with its CRLs");
  act(group, context, ActKind::create_authority, "create",
      "Ask for a new key and CA certificate, which do not issue to callers yet");
  act(group, context, ActKind::activate_authority, "activate", "Ask that this one issues from then on");
  act(group, context, ActKind::retire_authority, "retire",
      "Ask that this one signs no certificates any more, for ever; its CRLs go on");
}

}  // namespace inkan::daemon::cli
