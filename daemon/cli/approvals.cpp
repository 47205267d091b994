#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>

#include "daemon/cli/acts.h"
#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/cli/revoke_many.h"
#include "daemon/cli/vote_signing.h"
#include "policy/dual_control/act.h"
#include "policy/types/digest.h"

namespace inkan::daemon::cli {
namespace {

struct ApprovalOptions {
  std::string id, state, comment, reason, save;
};

// What an officer must know before he votes, in the order in which he asks.
void print_approval(const nlohmann::json& approval) {
  Fields fields{{"approval", text_at(approval, "id")}, {"act", text_at(approval, "op")}};
  std::istringstream words(text_at(approval, "in_words"));
  const char* name = "what it does";
  for (std::string line; std::getline(words, line); name = "") fields.emplace_back(name, line);
  for (auto& field :
       Fields{{"reason", text_at(approval, "reason")},
              {"asked for by", text_at(approval, "requester")},
              {"state", text_at(approval, "state")},
              {"carried out", text_at(approval, "work.state")},
              {"why", text_at(approval, "work.why")},
              {"votes needed", text_at(approval, "needed") + " of " + text_at(approval, "officers")},
              {"expires", text_at(approval, "expires")},
              {"plan", text_at(approval, "plan")},
              {"plan SHA-256", text_at(approval, "plan_sha256")}})
    fields.push_back(std::move(field));
  print_fields(std::cout, fields);
  for (const auto& vote : approval.value("votes", nlohmann::json::array()))
    print_fields(
        std::cout,
        {{"vote", text_at(vote, "officer") + ": " + text_at(vote, "vote") + " at " + text_at(vote, "at") +
                      (text_at(vote, "comment").empty() ? "" : " (" + text_at(vote, "comment") + ")")}});
}

void show(const Context& context, const nlohmann::json& approval) {
  if (context.json)
    print_json(approval);
  else
    print_approval(approval);
}

Exit list(Context& context, const ApprovalOptions& options) {
  context.resolve();
  const auto page = ApiClient(context).get("/v1/approvals", {{"state", options.state}}).body;
  if (context.json) {
    print_json(page);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : page.value("items", nlohmann::json::array()))
    rows.push_back({text_at(each, "id"), text_at(each, "op"), text_at(each, "state"),
                    std::to_string(each.value("votes", nlohmann::json::array()).size()) + " of " +
                        text_at(each, "needed"),
                    text_at(each, "expires"), text_at(each, "reason")});
  print_table({"APPROVAL", "ACT", "STATE", "VOTES", "EXPIRES", "REASON"}, rows);
  return Exit::ok;
}

// After the last vote a job carries the act out; that it does not take for ever is for the officer to see.
nlohmann::json wait_for_work(ApiClient& client, nlohmann::json approval) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < end) {
    const auto state = text_at(approval, "work.state");
    if (state != "waiting" && state != "running" && state != "undoing") break;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    approval = client.get("/v1/approvals/" + text_at(approval, "id")).body;
  }
  return approval;
}

// Signs the document that the server gives, after holding it against what is asked: a document that says
// something else is not signed.
Exit vote(Context& context, const ApprovalOptions& options, const std::string& choice) {
  context.resolve();
  ApiClient client(context);
  const auto path = "/v1/approvals/" + options.id;
  const auto approval = client.get(path).body;
  const auto document = text_at(approval, "to_sign." + choice);
  if (document.empty())
    throw Failure(Exit::refused, "approval " + options.id + " is " + text_at(approval, "state") +
                                     ", or you are no officer: there is nothing to sign");
  const auto said = nlohmann::json::parse(document, nullptr, false);
  const auto plan_sha256 = policy::sha256(policy::as_bytes(text_at(approval, "plan"))).hex();
  if (text_at(said, "vote") != choice || text_at(said, "request_id") != options.id ||
      text_at(said, "plan_sha256") != plan_sha256)
    throw Failure(Exit::refused, "the document to sign is not about this plan and vote: " + document,
                  "do not sign; tell the others");
  nlohmann::json ballot{{"vote", choice}, {"signature", policy::to_base64(sign_vote(context, document))}};
  if (!options.comment.empty()) ballot["comment"] = options.comment;
  const auto counted = wait_for_work(client, client.post(path + "/votes", ballot, {}).body);
  show(context, counted);
  return text_at(counted, "work.state") == "failed" ? Exit::refused : Exit::ok;
}

Exit issuing(Context& context, const ApprovalOptions& options, const std::string& what) {
  context.resolve();
  ApiClient client(context);
  if (what == "start") return ask_for(context, policy::ActKind::start_issuing, options.reason);
  const auto state = what == "stop" ? client.post("/v1/issuing/stop", {{"reason", options.reason}}, {}).body
                                    : client.get("/v1/issuing").body;
  if (context.json)
    print_json(state);
  else
    print_fields(std::cout, {{"issuing", text_at(state, "state")},
                             {"stopped by", text_at(state, "by")},
                             {"since", text_at(state, "since")},
                             {"reason", text_at(state, "reason")}});
  return Exit::ok;
}

}  // namespace

Exit ask_for(Context& context, policy::ActKind kind, const std::string& reason,
             const policy::ActParameters& parameters) {
  context.resolve();
  nlohmann::json order{{"op", policy::name(kind)}, {"reason", reason}};
  if (!parameters.empty()) order["parameters"] = parameters;
  show(context, ApiClient(context).post("/v1/approvals", order, {}).body);
  return Exit::ok;
}

void add_approvals(CLI::App& app, Context& context) {
  auto options = std::make_shared<ApprovalOptions>();
  CLI::App* group = app.add_subcommand("approvals", "Acts that take more than one officer");
  group->require_subcommand(1);
  CLI::App* all = group->add_subcommand("list", "List them, the newest first");
  all->add_option("--state", options->state, "open, approved, refused, expired or void");
  all->callback([options, &context] { context.exit = list(context, *options); });
  CLI::App* one = group->add_subcommand("show", "Show one: what it will do, and who has voted");
  one->add_option("id", options->id, "Its id")->required();
  one->callback([options, &context] {
    context.resolve();
    show(context, ApiClient(context).get("/v1/approvals/" + options->id).body);
    context.exit = Exit::ok;
  });
  CLI::App* serials = group->add_subcommand(
      "serials", "List the certificates that one would revoke, as its plan's SHA-256 is of");
  serials->add_option("id", options->id, "Its id")->required();
  serials->callback([options, &context] { context.exit = show_serials(context, options->id); });
  for (const std::string choice : {"approve", "refuse"}) {
    CLI::App* command = group->add_subcommand(choice, "Vote to " + choice + " it, signed with your own key");
    command->add_option("id", options->id, "Its id")->required();
    command->add_option("--comment", options->comment, "For the ledger");
    command->callback([options, choice, &context] { context.exit = vote(context, *options, choice); });
  }
}

void add_issuing(CLI::App& app, Context& context) {
  auto options = std::make_shared<ApprovalOptions>();
  CLI::App* group =
      app.add_subcommand("issuing", "Whether certificates are issued; stop it, ask to start it");
  group->require_subcommand(1);
  group->add_subcommand("show", "Say whether it is stopped, by whom and why")->callback([options, &context] {
    context.exit = issuing(context, *options, "show");
  });
  CLI::App* stop = group->add_subcommand("stop", "Stop it at once: one officer's act");
  stop->add_option("--reason", options->reason, "For the ledger")->required();
  stop->callback([options, &context] { context.exit = issuing(context, *options, "stop"); });
  CLI::App* start = group->add_subcommand("start", "Ask to start it again: officers vote on it");
  start->add_option("--reason", options->reason, "For the ledger and for those who vote")->required();
  start->callback([options, &context] { context.exit = issuing(context, *options, "start"); });
}

}  // namespace inkan::daemon::cli
