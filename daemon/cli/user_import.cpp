// Users from a file: the daemon judges every row before the first user is registered, so that a file with a
// bad row changes nothing; and a file that was broken off is simply given again.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/csv.h"
#include "daemon/cli/print.h"
#include "daemon/cli/problem.h"
#include "policy/x509/character_string.h"

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

// Spreadsheets in Japan write Shift_JIS unless they are told otherwise.
std::string read_users(const std::string& file) {
  auto text = read_file(file, k_import_limit);
  if (const auto line = policy::line_not_utf8(text))
    throw Failure(Exit::usage, file + ": line " + std::to_string(*line) + " is not UTF-8",
                  "save it as \"CSV UTF-8\", or convert it: iconv -f CP932 -t UTF-8");
  return text;
}

std::vector<ImportRow> read_rows(const std::string& file, const std::string& organisation) {
  const auto rows = parse_csv(read_users(file));
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

// What the store has under that ID: the very user, somebody else, or nobody, who is refused for another
// reason.
void look_up(ApiClient& client, ImportRow& row, const std::string& refusal) {
  row.fault = refusal;
  const auto found = client.get("/v1/users", {{"user_id", text_at(row.user, "user_id")}}).body.at("items");
  if (found.empty()) return;
  row.there = text_at(found[0], "state") != "deleted";
  for (const char* name : {"kind", "name", "mail", "organisation"})
    row.there = row.there && found[0].at(name) == row.user.at(name);
  row.fault = row.there ? "" : "user_id is another user's, or was";
}

// "#/mail" and what is wrong with it: "mail is not …". Nothing in the messages repeats a password.
std::string faults_in(const json& errors) {
  std::string text;
  for (const auto& error : errors) {
    const auto pointer = text_at(error, "pointer");
    text += (text.empty() ? "" : "; ") + pointer.substr(std::min<std::size_t>(2, pointer.size())) + " " +
            text_at(error, "detail");
  }
  return text;
}

// By all the rules that registering him goes by. Throws Failure for what is wrong with the whole file, or
// later.
void judge(ApiClient& client, ImportRow& row) {
  const auto answer = client.look("/v1/users?dry_run=true", row.user);
  if (answer.ok()) return;
  if (answer.status == 403 && !text_at(answer.body, "rule").empty())
    look_up(client, row, text_at(answer.body, "detail") + " (" + text_at(answer.body, "rule") + ")");
  else if (answer.status == 400 && answer.body.contains("errors"))
    row.fault = faults_in(answer.body["errors"]);
  else
    throw failure_of(answer);
}

// Whoever stands in it twice would be registered once, and not as the second line has him.
void find_doubles(std::vector<ImportRow>& rows) {
  std::map<std::string, std::size_t> seen;
  for (auto& row : rows) {
    if (!row.fault.empty()) continue;
    const auto [first, fresh] = seen.emplace(text_at(row.user, "user_id"), row.line);
    if (!fresh) row.fault = "user_id stands in line " + std::to_string(first->second) + " already";
  }
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
  find_doubles(rows);
  for (auto& row : rows)
    if (row.fault.empty()) judge(client, row);
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
