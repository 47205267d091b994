#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/acts.h"
#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "policy/x509/certification_request.h"
#include "policy/x509/pem.h"

namespace inkan::daemon::cli {
namespace {

struct RoleOptions {
  std::string id, role, csr, reason, out;
};

nlohmann::json identities_of(ApiClient& client, const std::string& path) {
  return client.get(path).body;
}

// The newest key's; empty if there is none.
std::string certificate_of(const nlohmann::json& identity, const std::string& member) {
  const auto keys = identity.value("keys", nlohmann::json::array());
  return keys.empty() ? "" : text_at(keys.back(), "certificate." + member);
}

Exit list_roles(Context& context) {
  context.resolve();
  ApiClient client(context);
  const auto answer = identities_of(client, "/v1/identities");
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : answer.value("items", nlohmann::json::array()))
    rows.push_back({text_at(each, "id"), text_at(each, "role"),
                    text_at(each, "ended").empty() ? certificate_of(each, "status") : "ended",
                    text_at(each, "since"), certificate_of(each, "not_after"), certificate_of(each, "serial"),
                    std::to_string(each.value("keys", nlohmann::json::array()).size())});
  print_table({"IDENTITY", "ROLE", "STATE", "SINCE", "NOT AFTER", "SERIAL", "KEYS"}, rows);
  return Exit::ok;
}

// A line for each, and below what somebody should look into.
Exit review_roles(Context& context) {
  context.resolve();
  ApiClient client(context);
  const auto answer = identities_of(client, "/v1/identities/review");
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> findings;
  for (const auto& each : answer.value("items", nlohmann::json::array())) {
    rows.push_back({text_at(each, "id"), text_at(each, "role"), text_at(each, "since"), text_at(each, "by"),
                    text_at(each, "ended").empty() ? certificate_of(each, "status") : "ended",
                    certificate_of(each, "not_after"), text_at(each, "last_act.at"), text_at(each, "votes")});
    for (const auto& finding : each.value("findings", nlohmann::json::array()))
      findings.push_back(text_at(each, "id") + ": " + text_at(finding, "rule") + ": " +
                         text_at(finding, "detail"));
  }
  print_table({"IDENTITY", "ROLE", "SINCE", "BY", "STATE", "NOT AFTER", "LAST ACT", "VOTES"}, rows);
  for (const auto& finding : findings) print_fields(std::cout, {{"to look into", finding}});
  std::cout << findings.size() << " findings; " << text_at(answer, "leaves") << " leaves read, as of "
            << text_at(answer, "at") << '\n';
  return Exit::ok;
}

Exit certificate(Context& context, const RoleOptions& options) {
  context.resolve();
  ApiClient client(context);
  for (const auto& each : identities_of(client, "/v1/identities").value("items", nlohmann::json::array())) {
    if (text_at(each, "id") != options.id) continue;
    const auto serial = certificate_of(each, "serial");
    if (serial.empty()) break;
    const auto issued = client.get("/v1/certificates/" + serial).body;
    std::string chain;
    for (const auto& pem : issued.value("chain", nlohmann::json::array())) chain += pem.get<std::string>();
    if (options.out.empty())
      std::cout << chain;
    else
      write_file(options.out, chain);
    return Exit::ok;
  }
  throw Failure(Exit::refused, "there is no identity " + options.id + ", or no certificate of it",
                "inkan roles list");
}

Exit grant(Context& context, const RoleOptions& options) {
  const auto text = read_file(options.csr, policy::CertificationRequest::k_max_size);
  const auto der =
      policy::is_pem(text) ? policy::pem_decode(text).der : policy::to_bytes(policy::as_bytes(text));
  if (const auto parsed = policy::CertificationRequest::parse(der); policy::denied(parsed))
    throw Failure(Exit::usage, options.csr + ": " + policy::denied(parsed)->detail,
                  policy::denied(parsed)->mend);
  return ask_for(context, policy::ActKind::grant_role, options.reason,
                 {{"identity", options.id}, {"role", options.role}, {"csr", policy::to_base64(der)}});
}

}  // namespace

void add_roles(CLI::App& app, Context& context) {
  const auto options = std::make_shared<RoleOptions>();
  CLI::App* group =
      app.add_subcommand("roles", "Operators and their roles; acts on them take officers' votes");
  group->require_subcommand(1);
  group->add_subcommand("list", "List them, those that have ended too")->callback([&context] {
    context.exit = list_roles(context);
  });
  group
      ->add_subcommand("review",
                       "Review them against the ledger: who came how, did what, and what to look into")
      ->callback([&context] { context.exit = review_roles(context); });
  CLI::App* one =
      group->add_subcommand("certificate", "Get the newest certificate of one, with its chain, in PEM");
  one->add_option("identity", options->id, "Its name")->required();
  one->add_option("--out", options->out, "Write it to this file");
  one->callback([options, &context] { context.exit = certificate(context, *options); });
  CLI::App* give = group->add_subcommand(
      "grant", "Ask that a new operator, or another key of one, is registered and given a certificate");
  give->add_option("identity", options->id, "Its name")->required();
  give->add_option("--role", options->role, "web-tier, bank-staff, security-officer or auditor")->required();
  give->add_option("--csr", options->csr, "The operator's PKCS#10 request, PEM or DER")->required();
  give->add_option("--reason", options->reason, "For the ledger and for those who vote")->required();
  give->callback([options, &context] { context.exit = grant(context, *options); });
  CLI::App* take = group->add_subcommand(
      "revoke", "Ask that an operator ends: its certificates revoked, no call of it answered");
  take->add_option("identity", options->id, "Its name")->required();
  take->add_option("--reason", options->reason, "For the ledger and for those who vote")->required();
  take->callback([options, &context] {
    context.exit =
        ask_for(context, policy::ActKind::revoke_role, options->reason, {{"identity", options->id}});
  });
}

}  // namespace inkan::daemon::cli
