#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/acts.h"
#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "policy/profile/profile.h"
#include "policy/rules/key_rules.h"

namespace inkan::daemon::cli {
namespace {

constexpr std::size_t k_most_profile = 32 * 1024, k_most_list = 1024 * 1024;

struct PolicyOptions {
  std::string name, version, against, file, built_in, reason;
  std::vector<std::string> add, remove, add_files, remove_files;
};

Exit list_profiles(Context& context) {
  context.resolve();
  const auto answer = ApiClient(context).get("/v1/profiles").body;
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : answer.value("items", nlohmann::json::array()))
    rows.push_back({text_at(each, "name"), text_at(each, "version"), text_at(each, "since"),
                    text_at(each, "by"), text_at(each, "sha256"), text_at(each, "description")});
  print_table({"PROFILE", "VERSION", "SINCE", "BY", "SHA-256", "DESCRIPTION"}, rows);
  for (const auto& offer : answer.value("offered", nlohmann::json::array()))
    print_fields(std::cout,
                 {{"not in force", text_at(offer, "name") + " version " + text_at(offer, "version") + ", " +
                                       text_at(offer, "source") + ", SHA-256 " + text_at(offer, "sha256")}});
  return Exit::ok;
}

nlohmann::json profile_of(Context& context, const PolicyOptions& options) {
  context.resolve();
  return ApiClient(context)
      .get("/v1/profiles/" + options.name, {{"version", options.version}, {"against", options.against}})
      .body;
}

// The document itself: `sha256sum` says the same of it as the ledger.
Exit show_profile(Context& context, const PolicyOptions& options) {
  const auto answer = profile_of(context, options);
  if (context.json)
    print_json(answer);
  else
    std::cout << text_at(answer, "document");
  return Exit::ok;
}

Exit diff_profile(Context& context, const PolicyOptions& options) {
  const auto answer = profile_of(context, options);
  if (context.json)
    print_json(answer);
  else
    std::cout << text_at(answer, "diff");
  return Exit::ok;
}

std::string built_in_document(const std::string& name) {
  for (const auto& profile : policy::ProfileSet::built_in())
    if (profile.name == name) return profile.document;
  throw Failure(Exit::usage, "this program has no built-in profile " + name, "inkan profile list");
}

Exit change_profile(Context& context, const PolicyOptions& options) {
  if (options.file.empty() == options.built_in.empty())
    throw Failure(Exit::usage, "give --file, or --built-in");
  const auto document =
      options.file.empty() ? built_in_document(options.built_in) : read_file(options.file, k_most_profile);
  const auto profile = policy::Profile::parse(document, options.file);
  return ask_for(context, policy::ActKind::change_profile, options.reason,
                 {{"profile", profile.name}, {"document", document}});
}

// Of options and files, as one list.
std::string hashes_of(const std::vector<std::string>& given, const std::vector<std::string>& files) {
  policy::KeyBlocklist list;
  for (const auto& hash : given) list.merge(policy::KeyBlocklist::parse(hash, "option"));
  for (const auto& file : files) list.merge(policy::KeyBlocklist::parse(read_file(file, k_most_list), file));
  std::string text;
  for (const auto& hash : list.hashes()) text += (text.empty() ? "" : " ") + hash.hex();
  return text;
}

Exit change_blocklist(Context& context, const PolicyOptions& options) {
  policy::ActParameters parameters{{"add", hashes_of(options.add, options.add_files)},
                                   {"remove", hashes_of(options.remove, options.remove_files)}};
  std::erase_if(parameters, [](const auto& each) { return each.second.empty(); });
  return ask_for(context, policy::ActKind::change_blocklist, options.reason, parameters);
}

}  // namespace

void add_profile(CLI::App& app, Context& context) {
  const auto options = std::make_shared<PolicyOptions>();
  CLI::App* group = app.add_subcommand("profile", "Profiles of certificates; a change takes officers' votes");
  group->require_subcommand(1);
  group->add_subcommand("list", "List those in force, and what files and program offer beside them")
      ->callback([&context] { context.exit = list_profiles(context); });
  CLI::App* show = group->add_subcommand("show", "Print one, as the ledger knows it by its SHA-256");
  show->add_option("name", options->name, "Its name")->required();
  show->add_option("--version", options->version, "This version; else the one in force");
  show->callback([options, &context] { context.exit = show_profile(context, *options); });
  CLI::App* diff = group->add_subcommand("diff", "Show what differs between two versions");
  diff->add_option("name", options->name, "Its name")->required();
  diff->add_option("--from", options->against, "Version")->required();
  diff->add_option("--to", options->version, "Version; else the one in force");
  diff->callback([options, &context] { context.exit = diff_profile(context, *options); });
  CLI::App* change =
      group->add_subcommand("change", "Ask that a new version, or a new profile, is put in force");
  change->add_option("--file", options->file, "The whole document, TOML");
  change->add_option("--built-in", options->built_in, "The document that this program has of that name");
  change->add_option("--reason", options->reason, "For the ledger and for those who vote")->required();
  change->callback([options, &context] { context.exit = change_profile(context, *options); });
}

void add_blocklist(CLI::App& app, Context& context) {
  const auto options = std::make_shared<PolicyOptions>();
  CLI::App* group =
      app.add_subcommand("blocklist", "Keys that are never certified; a change takes officers' votes");
  group->require_subcommand(1);
  CLI::App* change =
      group->add_subcommand("change", "Ask that keys are blocked, or no longer; 500 of each at most");
  change->add_option("--add", options->add, "SHA-256 of a SubjectPublicKeyInfo, 64 hex digits");
  change->add_option("--remove", options->remove, "SHA-256 of a SubjectPublicKeyInfo, 64 hex digits");
  change->add_option("--add-file", options->add_files, "A file of such, a line each");
  change->add_option("--remove-file", options->remove_files, "A file of such, a line each");
  change->add_option("--reason", options->reason, "For the ledger and for those who vote")->required();
  change->callback([options, &context] { context.exit = change_blocklist(context, *options); });
}

}  // namespace inkan::daemon::cli
