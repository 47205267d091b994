// Organisations and users, for the bank's staff.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"

namespace inkan::daemon::cli {
namespace {

using nlohmann::json;

struct UserOptions {
  std::string user_id, organisation, kind = "general", name, mail, password_file;
  std::string application, reason = "superseded", invalidity_date;
};

// From a file: an argument could be read by everybody on the machine.
std::string password_in(const std::string& file) {
  auto text = read_file(file, 1024);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

void print_user(const Context& context, const json& user) {
  if (context.json) return print_json(user);
  print_fields(std::cout, {{"user ID", text_at(user, "user_id")},
                           {"id", text_at(user, "id")},
                           {"kind", text_at(user, "kind")},
                           {"organisation", text_at(user, "organisation")},
                           {"name", text_at(user, "name")},
                           {"mail", text_at(user, "mail")},
                           {"mail fault", text_at(user, "mail_fault")},
                           {"state", text_at(user, "state")},
                           {"locked until", text_at(user, "locked_until")},
                           {"failures", text_at(user, "failures")},
                           {"locks", text_at(user, "locks")}});
}

// People know the user ID; the API goes by the UUID.
std::string uuid_of(ApiClient& client, const std::string& user_id) {
  const auto found = client.get("/v1/users", {{"user_id", user_id}}).body;
  const auto& items = found.at("items");
  if (items.empty())
    throw Failure(Exit::refused, "there is no user with the ID " + user_id,
                  "case counts; list them: inkan user list");
  return text_at(items.at(0), "id");
}

// Those of all pages.
json all_items(ApiClient& client, const std::string& path, Query query) {
  json items = json::array();
  query.emplace_back("cursor", "");
  do {
    const auto page = client.get(path, query).body;
    for (const auto& item : page.at("items")) items.push_back(item);
    query.back().second = text_at(page, "next");
  } while (!query.back().second.empty());
  return items;
}

json change_of(const UserOptions& options) {
  json change = json::object();
  if (!options.name.empty()) change["name"] = options.name;
  if (!options.mail.empty()) change["mail"] = options.mail;
  if (!options.password_file.empty()) change["password"] = password_in(options.password_file);
  return change;
}

Exit add_user(Context& context, const UserOptions& options) {
  context.resolve();
  json user = change_of(options);
  user["user_id"] = options.user_id;
  user["kind"] = options.kind;
  user["organisation"] = options.organisation;
  print_user(context, ApiClient(context).post("/v1/users", user, "").body);
  return Exit::ok;
}

Exit show_user(Context& context, const UserOptions& options) {
  context.resolve();
  ApiClient client(context);
  print_user(context, client.get("/v1/users/" + uuid_of(client, options.user_id)).body);
  return Exit::ok;
}

Exit act_on_user(Context& context, const UserOptions& options, const std::string& how, const json& body) {
  context.resolve();
  ApiClient client(context);
  print_user(context,
             client.post("/v1/users/" + uuid_of(client, options.user_id) + "/" + how, body, "").body);
  return Exit::ok;
}

Exit revoke_user(Context& context, const UserOptions& options) {
  context.resolve();
  ApiClient client(context);
  json body{{"application", options.application}, {"reason", options.reason}};
  if (!options.invalidity_date.empty()) body["invalidity_date"] = options.invalidity_date;
  const auto answer = client.post("/v1/users/" + uuid_of(client, options.user_id) + "/revoke", body, "").body;
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : answer.at("items"))
    rows.push_back({text_at(each, "serial"), text_at(each, "status"), text_at(each, "not_after")});
  print_table({"SERIAL", "STATUS", "NOT AFTER"}, rows);
  if (rows.empty()) std::cerr << "none of his certificates was valid\n";
  return Exit::ok;
}

Exit user_history(Context& context, const UserOptions& options) {
  context.resolve();
  ApiClient client(context);
  const auto items =
      all_items(client, "/v1/users/" + uuid_of(client, options.user_id) + "/history", {{"limit", "1000"}});
  if (context.json) {
    print_json({{"items", items}});
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& leaf : items)
    rows.push_back({text_at(leaf, "index"), text_at(leaf, "time"), text_at(leaf, "type"),
                    text_at(leaf, "outcome"), text_at(leaf, "actor.id")});
  print_table({"LEAF", "TIME", "TYPE", "OUTCOME", "BY"}, rows);
  return Exit::ok;
}

Exit list_enrolments(Context& context, const UserOptions& options) {
  context.resolve();
  ApiClient client(context);
  const auto answer = client.get("/v1/users/" + uuid_of(client, options.user_id) + "/enrolments").body;
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : answer.at("items"))
    rows.push_back({text_at(each, "opened"), text_at(each, "kind"), text_at(each, "state"),
                    text_at(each, "serial"), text_at(each, "confirm_by")});
  print_table({"OPENED", "KIND", "STATE", "SERIAL", "CONFIRM BY"}, rows);
  return Exit::ok;
}

Exit list_users(Context& context, const UserOptions& options) {
  context.resolve();
  ApiClient client(context);
  const auto items =
      all_items(client, "/v1/users", {{"organisation", options.organisation}, {"limit", "1000"}});
  if (context.json) {
    print_json({{"items", items}});
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : items)
    rows.push_back({text_at(item, "user_id"), text_at(item, "kind"), text_at(item, "state"),
                    text_at(item, "name"), text_at(item, "organisation")});
  print_table({"USER ID", "KIND", "STATE", "NAME", "ORGANISATION"}, rows);
  return Exit::ok;
}

Exit add_organisation(Context& context, const std::string& name) {
  context.resolve();
  const auto answer = ApiClient(context).post("/v1/organisations", {{"name", name}}, "").body;
  if (context.json)
    print_json(answer);
  else
    print_fields(std::cout, {{"name", text_at(answer, "name")}, {"id", text_at(answer, "id")}});
  return Exit::ok;
}

Exit list_organisations(Context& context) {
  context.resolve();
  const auto answer = ApiClient(context).get("/v1/organisations").body;
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : answer.at("items")) rows.push_back({text_at(item, "id"), text_at(item, "name")});
  print_table({"ID", "NAME"}, rows);
  return Exit::ok;
}

void add_details(CLI::App* command, UserOptions& options, bool required) {
  command->add_option("--name", options.name, "The user's name, for mails")->required(required);
  command->add_option("--mail", options.mail, "Mail address")->required(required);
  command->add_option("--password-file", options.password_file, "A file with the password to begin with")
      ->required(required);
}

}  // namespace

void add_organisations(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("org", "Client companies");
  command->require_subcommand(1);
  auto name = std::make_shared<std::string>();
  CLI::App* one = command->add_subcommand("add", "Register one");
  one->add_option("name", *name, "Its name")->required();
  one->callback([name, &context] { context.exit = add_organisation(context, *name); });
  command->add_subcommand("list", "List them")->callback([&context] {
    context.exit = list_organisations(context);
  });
}

void add_enrolments(CLI::App& app, Context& context) {
  auto options = std::make_shared<UserOptions>();
  CLI::App* command = app.add_subcommand("enrolment", "How users came by their certificates");
  command->require_subcommand(1);
  CLI::App* listing = command->add_subcommand("list", "A user's, the newest first");
  listing->add_option("user_id", options->user_id, "User ID; case counts")->required();
  listing->callback([options, &context] { context.exit = list_enrolments(context, *options); });
}

void add_users(CLI::App& app, Context& context) {
  auto options = std::make_shared<UserOptions>();
  CLI::App* command = app.add_subcommand("user", "Users of client companies, and their certificates");
  command->require_subcommand(1);
  const auto one = [&](const char* name, const char* what, auto work) {
    CLI::App* inner = command->add_subcommand(name, what);
    inner->add_option("user_id", options->user_id, "User ID; case counts")->required();
    inner->callback([options, &context, work] { context.exit = work(context, *options); });
    return inner;
  };
  CLI::App* adding = one("add", "Register a user", add_user);
  adding->add_option("--organisation", options->organisation, "The company's id")->required();
  adding->add_option("--kind", options->kind, "general or master")->capture_default_str();
  add_details(adding, *options, true);
  one("show", "One user, and whether his newest mail reached him", show_user);
  one("history", "What the audit log says of him and his certificates", user_history);
  one("release", "Release a lock or block",
      [](Context& c, const UserOptions& o) { return act_on_user(c, o, "release", json::object()); });
  one("delete", "Delete him; his certificates stay valid until they are revoked",
      [](Context& c, const UserOptions& o) { return act_on_user(c, o, "delete", json::object()); });
  add_details(one("change", "Change name, mail address or password",
                  [](Context& c, const UserOptions& o) { return act_on_user(c, o, "change", change_of(o)); }),
              *options, false);
  CLI::App* revoking = one("revoke", "Revoke all his certificates, on an application", revoke_user);
  revoking->add_option("--application", options->application, "The application's number")->required();
  revoking
      ->add_option("--reason", options->reason,
                   "superseded (another computer), keyCompromise, cessationOfOperation, privilegeWithdrawn")
      ->capture_default_str();
  revoking->add_option("--invalidity-date", options->invalidity_date,
                       "RFC 3339 time from which the key is not to be trusted");
  add_user_import(*command, context);
  CLI::App* listing = command->add_subcommand("list", "List users");
  listing->add_option("--organisation", options->organisation, "Of this company only");
  listing->callback([options, &context] { context.exit = list_users(context, *options); });
}

}  // namespace inkan::daemon::cli
