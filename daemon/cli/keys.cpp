#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/acts.h"
#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"

namespace inkan::daemon::cli {
namespace {

struct KeyOptions {
  std::string id, reason;
  policy::ActParameters wanted;
};

nlohmann::json keys_of(Context& context) {
  context.resolve();
  return ApiClient(context).get("/v1/keys").body;
}

Exit list_keys(Context& context) {
  const auto answer = keys_of(context);
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& key : answer.value("items", nlohmann::json::array()))
    rows.push_back({text_at(key, "id"), text_at(key, "state"), text_at(key, "purpose"),
                    text_at(key, "algorithm"), text_at(key, "token"), text_at(key, "authority"),
                    text_at(key, "certificate_expires"), text_at(key, "label")});
  print_table({"KEY", "STATE", "PURPOSE", "ALGORITHM", "TOKEN", "AUTHORITY", "CERTIFICATE EXPIRES", "LABEL"},
              rows);
  return Exit::ok;
}

Exit show_key(Context& context, const std::string& id) {
  const auto answer = keys_of(context);
  for (const auto& key : answer.value("items", nlohmann::json::array())) {
    if (text_at(key, "id") != id && text_at(key, "label") != id) continue;
    if (context.json) {
      print_json(key);
      return Exit::ok;
    }
    Fields fields{{"key", text_at(key, "id")},
                  {"label", text_at(key, "label")},
                  {"state", text_at(key, "state")},
                  {"purpose", text_at(key, "purpose")},
                  {"algorithm", text_at(key, "algorithm") + ", " + text_at(key, "bits") + " bits"},
                  {"token", text_at(key, "token")},
                  {"made", text_at(key, "created")},
                  {"made by", text_at(key, "ceremony")},
                  {"authority", text_at(key, "authority")},
                  {"certificate expires", text_at(key, "certificate_expires")},
                  {"SPKI SHA-256", text_at(key, "spki_sha256")}};
    for (const auto& [attribute, value] : key.at("attributes").items())
      fields.emplace_back(attribute, value.get<std::string>());
    print_fields(std::cout, fields);
    return Exit::ok;
  }
  throw Failure(Exit::refused, "there is no key " + id, "inkan keys list");
}

}  // namespace

void add_keys(CLI::App& app, Context& context) {
  const auto options = std::make_shared<KeyOptions>();
  CLI::App* group = app.add_subcommand("keys", "Keys in the tokens; acts on them take officers' votes");
  group->require_subcommand(1);
  group->add_subcommand("list", "List them, those destroyed too")->callback([&context] {
    context.exit = list_keys(context);
  });
  CLI::App* one = group->add_subcommand("show", "Show one, with its attributes as read back at its birth");
  one->add_option("id", options->id, "Its CKA_ID in hexadecimal, or its label")->required();
  one->callback([options, &context] { context.exit = show_key(context, options->id); });
  CLI::App* generate = group->add_subcommand(
      "generate",
      "Ask for the key of a service that the set-up gave none; it is used from the next start on");
  const auto take = [options](const std::string& parameter) {
    return [options, parameter](const std::string& value) { options->wanted[parameter] = value; };
  };
  generate->add_option_function<std::string>("--purpose", take("purpose"), "ocsp")->required();
  generate->add_option_function<std::string>("--algorithm", take("algorithm"),
                                             "P-256 (the default), P-384, RSA-3072 or RSA-4096");
  generate->add_option_function<std::string>("--token", take("token"),
                                             "Where it is made; else where the issuing authority's key is");
  generate->add_option("--reason", options->reason, "For the ledger and for those who vote")->required();
  generate->callback([options, &context] {
    context.exit = ask_for(context, policy::ActKind::generate_key, options->reason, options->wanted);
  });
  CLI::App* destroy = group->add_subcommand(
      "destroy", "Ask that the key of a retired authority is destroyed in its token, for ever");
  destroy->add_option("id", options->id, "Its CKA_ID in hexadecimal")->required();
  destroy->add_option("--reason", options->reason, "For the ledger and for those who vote")->required();
  destroy->callback([options, &context] {
    context.exit = ask_for(context, policy::ActKind::destroy_key, options->reason, {{"key", options->id}});
  });
}

}  // namespace inkan::daemon::cli
