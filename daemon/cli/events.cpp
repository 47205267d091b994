#include <CLI/CLI.hpp>
#include <iostream>
#include <limits>
#include <memory>

#include "api/json/event_csv.h"
#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"

namespace inkan::daemon::cli {
namespace {

constexpr std::uint64_t k_page = 1000;
constexpr std::uint64_t k_table = 100;  // rows, if nobody says how many

struct EventOptions {
  std::string from, to, actor, serial, key, type, outcome, after, format = "table";
  std::uint64_t limit = 0;  // 0: as many as the format shows of itself
  bool follow = false;
};

Query query_of(const EventOptions& options, const std::string& after, std::uint64_t limit) {
  return {{"from", options.from},       {"to", options.to},   {"actor", options.actor},
          {"serial", options.serial},   {"key", options.key}, {"type", options.type},
          {"outcome", options.outcome}, {"after", after},     {"limit", std::to_string(limit)}};
}

// One event as it arrives. A leaf is canonical JSON, so that writing it again gives the octets that were
// hashed.
void print_event(const EventOptions& options, const nlohmann::json& leaf) {
  if (options.format == "jsonl") {
    std::cout << leaf.dump() << '\n';
  } else if (options.format == "csv") {
    std::cout << api::event_csv_record(leaf.dump());
  } else {
    std::string target = text_at(leaf, "target.kind");
    target += (target.empty() ? "" : " ") + text_at(leaf, "target.id");
    const std::string reason = text_at(leaf, "reason");
    std::cout << text_at(leaf, "index") << "  " << text_at(leaf, "time") << "  " << text_at(leaf, "type")
              << "  " << text_at(leaf, "outcome") << "  " << text_at(leaf, "actor.id") << "  " << target
              << (reason.empty() ? "" : "  (" + reason + ")") << '\n';
  }
}

Exit events(Context& context, const EventOptions& options) {
  context.resolve();
  ApiClient client(context);
  std::uint64_t left = options.limit ? options.limit
                       : options.format == "table" && !options.follow
                           ? k_table
                           : std::numeric_limits<std::uint64_t>::max();
  std::string after = options.after;
  if (options.format == "csv") std::cout << api::event_csv_header();
  while (left > 0) {
    const auto page = client
                          .get("/v1/events", query_of(options, after, std::min(left, k_page)),
                               options.follow ? "wait=20" : "")
                          .body;
    const auto items = page.value("items", nlohmann::json::array());
    for (const auto& leaf : items) print_event(options, leaf);
    std::cout << std::flush;
    if (!std::cout)
      throw Failure(Exit::usage, "the output cannot be written", "is the disk full, or the reader gone?");
    left -= items.size();
    const bool more = !text_at(page, "next").empty();
    after = text_at(page, "after");
    if (!more && !options.follow) return Exit::ok;
  }
  if (!options.limit)
    std::cerr << "there may be more: go on with --after " << after << ", or name a --limit\n";
  return Exit::ok;
}

}  // namespace

void add_events(CLI::App& app, Context& context) {
  auto options = std::make_shared<EventOptions>();
  CLI::App* command = app.add_subcommand("events", "Search the ledger, export it, or follow it");
  command->add_option("--from", options->from,
                      "RFC 3339 time of the first, for example 2027-01-01T00:00:00Z");
  command->add_option("--to", options->to, "RFC 3339 time before which they were");
  command->add_option("--actor", options->actor, "Id of the identity or the job that did it");
  command->add_option("--serial", options->serial, "Serial of the certificate it was done to");
  command->add_option("--key", options->key, "Id of the key it names, hexadecimal");
  command->add_option("--type", options->type, "Type, such as cert.issue, or a beginning, such as cert.");
  command->add_option("--outcome", options->outcome, "success, failure or denied");
  command->add_option("--after", options->after, "Index after which to begin");
  command->add_option("--limit", options->limit,
                      "At most so many; else 100 rows of a table, all of the others");
  command
      ->add_option("--format", options->format, "table; jsonl: the leaves as hashed; csv: for a spreadsheet")
      ->check(CLI::IsMember({"table", "jsonl", "csv"}))
      ->capture_default_str();
  command->add_flag("--follow", options->follow, "Go on with those to come, until interrupted");
  command->callback([options, &context] {
    if (context.json) options->format = "jsonl";
    context.exit = events(context, *options);
  });
}

}  // namespace inkan::daemon::cli
