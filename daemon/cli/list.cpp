#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"

namespace inkan::daemon::cli {
namespace {

struct ListOptions {
  std::string profile, status, authority, requester, subject, spki_sha256, expires_before, issued_after,
      limit = "100";
  bool all = false;
};

Query query_of(const ListOptions& options, const std::string& cursor) {
  return {{"profile", options.profile},
          {"status", options.status},
          {"authority", options.authority},
          {"requester", options.requester},
          {"subject", options.subject},
          {"spki_sha256", options.spki_sha256},
          {"expires_before", options.expires_before},
          {"issued_after", options.issued_after},
          {"limit", options.limit},
          {"cursor", cursor}};
}

void print_items(const nlohmann::json& items) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : items)
    rows.push_back({text_at(item, "serial"), text_at(item, "status"), text_at(item, "not_after"),
                    text_at(item, "subject")});
  print_table({"SERIAL", "STATUS", "NOT AFTER", "SUBJECT"}, rows);
}

Exit list(Context& context, const ListOptions& options) {
  context.resolve();
  ApiClient client(context);
  auto items = nlohmann::json::array();
  std::string cursor;
  do {
    const auto page = client.get("/v1/certificates", query_of(options, cursor)).body;
    for (const auto& item : page.value("items", nlohmann::json::array())) items.push_back(item);
    cursor = text_at(page, "next");
  } while (options.all && !cursor.empty());
  if (context.json) {
    print_json({{"items", items}, {"next", cursor}});
  } else {
    print_items(items);
    if (!cursor.empty()) std::cerr << "there are more: add --all, or narrow the search\n";
  }
  return Exit::ok;
}

}  // namespace

void add_list(CLI::App& app, Context& context) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = app.add_subcommand("list", "List certificates");
  command->add_option("--profile", options->profile, "Only of this profile");
  command->add_option("--status", options->status,
                      "valid, revoked, held, expired, not-yet-valid, failed, possibly-signed");
  command->add_option("--authority", options->authority, "Only of this authority");
  command->add_option("--requester", options->requester, "Only those that this identity asked for");
  command->add_option("--subject", options->subject, "Part of the subject's text");
  command->add_option("--spki-sha256", options->spki_sha256, "SHA-256 of the public key, hexadecimal");
  command->add_option("--expires-before", options->expires_before,
                      "RFC 3339 time, for example 2027-01-01T00:00:00Z");
  command->add_option("--issued-after", options->issued_after, "RFC 3339 time");
  command->add_option("--limit", options->limit, "Certificates per page, 1 to 1000")->capture_default_str();
  command->add_flag("--all", options->all, "Read every page");
  command->callback([options, &context] { context.exit = list(context, *options); });
}

}  // namespace inkan::daemon::cli
