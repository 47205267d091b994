// Users from a file: every row is judged before the first user is registered, so that a file with a bad row
// changes nothing; and a file that was broken off is simply given again.
#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/csv.h"
#include "daemon/cli/print.h"
#include "policy/subscriber/credential_rule.h"

namespace inkan::daemon::cli {
namespace {

using nlohmann::json;

constexpr std::size_t k_import_limit = 16 << 20;
const std::vector<std::string> k_import_columns = {"user_id", "kind", "name", "mail", "password"};

struct ImportRow {
  std::size_t line = 0;
  json user;               // as POST /v1/users takes it
  bool there = false;      // registered already, just so
  std::string fault = {};  // why it cannot be
};

policy::CredentialRule rule_in(const json& pack, const char* name) {
  const auto& rule = pack.at(name);
  return {rule.at("least"), rule.at("most"), rule.at("letter"), rule.at("digit"), rule.at("symbols")};
}

std::vector<ImportRow> read_rows(const std::string& file, const std::string& organisation) {
  const auto rows = parse_csv(read_file(file, k_import_limit));
  const std::string columns = "user_id,kind,name,mail,password";
  if (rows.empty() || rows.front().fields != k_import_columns)
    throw Failure(Exit::usage, file + ": the first line must be " + columns, "add it above the users");
  std::vector<ImportRow> all;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    ImportRow row{rows[i].line, json::object()};
    if (rows[i].fields.size() == k_import_columns.size()) {
      for (std::size_t f = 0; f < k_import_columns.size(); ++f)
        row.user[k_import_columns[f]] = rows[i].fields[f];
      row.user["organisation"] = organisation;
    } else {
      row.fault = "has " + std::to_string(rows[i].fields.size()) + " fields instead of " + columns;
    }
    all.push_back(std::move(row));
  }
  if (all.empty()) throw Failure(Exit::usage, file + " names no user", "add a line for each");
  return all;
}

// Nothing in the messages repeats a password.
std::string fault_in(const ImportRow& row, const json& pack, std::map<std::string, std::size_t>& seen) {
  const auto text = [&](const char* name) { return row.user.at(name).get<std::string>(); };
  if (const auto fault = rule_in(pack, "user_id").fault(text("user_id"))) return "user_id " + *fault;
  if (const auto fault = rule_in(pack, "password").fault(text("password"))) return "password " + *fault;
  if (text("kind") != "general" && text("kind") != "master") return "kind is none of general, master";
  if (text("name").empty()) return "name is empty";
  if (text("mail").find('@') == std::string::npos) return "mail is not a mail address";
  const auto [first, fresh] = seen.emplace(text("user_id"), row.line);
  return fresh ? "" : "user_id stands in line " + std::to_string(first->second) + " already";
}

// What the store has under that ID: nothing, the very user, or somebody else.
void look_up(ApiClient& client, ImportRow& row) {
  const auto found = client.get("/v1/users", {{"user_id", text_at(row.user, "user_id")}}).body.at("items");
  if (found.empty()) return;
  row.there = text_at(found[0], "state") != "deleted";
  for (const char* name : {"kind", "name", "mail", "organisation"})
    row.there = row.there && found[0].at(name) == row.user.at(name);
  if (!row.there) row.fault = "user_id is another user's, or was";
}

void refuse_if_faulty(const std::vector<ImportRow>& rows) {
  std::string report;
  std::size_t bad = 0;
  for (const auto& row : rows) {
    if (row.fault.empty()) continue;
    ++bad;
    report += "\n  line " + std::to_string(row.line) + ": " + row.fault;
  }
  if (bad)
    throw Failure(Exit::refused,
                  std::to_string(bad) + " of " + std::to_string(rows.size()) +
                      " users cannot be registered, so none was:" + report,
                  "mend these lines and give the file again");
}

Exit import_users(Context& context, const std::string& file, const std::string& organisation) {
  context.resolve();
  auto rows = read_rows(file, organisation);
  ApiClient client(context);
  const auto pack = client.get("/v1/policy-pack").body;
  std::map<std::string, std::size_t> seen;
  for (auto& row : rows)
    if (row.fault.empty()) row.fault = fault_in(row, pack, seen);
  for (auto& row : rows)
    if (row.fault.empty()) look_up(client, row);
  refuse_if_faulty(rows);
  std::size_t made = 0;
  for (const auto& row : rows) {
    if (row.there) continue;
    try {
      client.post("/v1/users", row.user, "");
    } catch (const Failure& failure) {
      throw Failure(failure.status(),
                    "line " + std::to_string(row.line) + ": " + failure.what() + "; " + std::to_string(made) +
                        " users were registered before",
                    failure.mend() + "; then give the file again: who is there already is left alone");
    }
    ++made;
  }
  const json answer{{"registered", made}, {"there_already", rows.size() - made}};
  if (context.json)
    print_json(answer);
  else
    print_fields(std::cout, {{"registered", std::to_string(made)},
                             {"there already", std::to_string(rows.size() - made)}});
  return Exit::ok;
}

}  // namespace

void add_user_import(CLI::App& user, Context& context) {
  auto file = std::make_shared<std::string>(), organisation = std::make_shared<std::string>();
  CLI::App* command =
      user.add_subcommand("import", "Register the users of a file: all of them, or none if a line is wrong");
  command->add_option("file", *file, "CSV; first line user_id,kind,name,mail,password")->required();
  command->add_option("--organisation", *organisation, "The company's id")->required();
  command->callback(
      [file, organisation, &context] { context.exit = import_users(context, *file, *organisation); });
}

}  // namespace inkan::daemon::cli
