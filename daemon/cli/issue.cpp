#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/clock.h"

namespace inkan::daemon::cli {
namespace {

constexpr std::size_t k_max_request =
    256 * 1024;  // PEM of the 64 KiB that the API takes, with text around it

struct IssueOptions {
  std::string profile = "client-auth", csr, out, idempotency_key;
  std::vector<std::string> subject;
  bool dry_run = false;
};

nlohmann::json subject_of(const std::vector<std::string>& attributes) {
  auto subject = nlohmann::json::array();
  for (const auto& attribute : attributes) {
    const auto equals = attribute.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Failure(Exit::usage, "--subject " + attribute + " is not TYPE=VALUE",
                    "for example: --subject CN=alice01");
    subject.push_back({{"type", attribute.substr(0, equals)}, {"value", attribute.substr(equals + 1)}});
  }
  return subject;
}

nlohmann::json request_of(const IssueOptions& options) {
  nlohmann::json request{{"profile", options.profile}, {"csr", read_file(options.csr, k_max_request)}};
  if (!options.subject.empty()) request["subject"] = subject_of(options.subject);
  return request;
}

std::string chain_of(const nlohmann::json& answer) {
  std::string pem;
  for (const auto& certificate : answer.value("chain", nlohmann::json::array()))
    pem += certificate.get<std::string>();
  return pem.empty() ? text_at(answer, "certificate") : pem;
}

void print_issued(const IssueOptions& options, const nlohmann::json& answer) {
  // Without --out the certificate itself is the output; what is said about it must not stand in its way.
  std::ostream& about = options.out.empty() ? std::cerr : std::cout;
  print_fields(about, {{"serial", text_at(answer, "serial")},
                       {"not before", text_at(answer, "not_before")},
                       {"not after", text_at(answer, "not_after")},
                       {"renewal", text_at(answer, "renewal.from") + " .. " + text_at(answer, "renewal.to")},
                       {"ledger leaf", text_at(answer, "ledger.index")},
                       {"written to", options.out}});
  if (options.out.empty()) std::cout << chain_of(answer);
}

void print_verdicts(const nlohmann::json& answer) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& verdict : answer.value("verdicts", nlohmann::json::array()))
    rows.push_back({text_at(verdict, "result"), text_at(verdict, "rule"), text_at(verdict, "clause"),
                    text_at(verdict, "detail")});
  print_table({"RESULT", "RULE", "CLAUSE", "DETAIL"}, rows);
}

Exit dry_run(const Context& context, ApiClient& client, const IssueOptions& options) {
  const auto answer = client.post("/v1/certificates/dry-run", request_of(options), {}).body;
  if (context.json)
    print_json(answer);
  else
    print_verdicts(answer);
  return text_at(answer, "denial").empty() ? Exit::ok : Exit::refused;
}

Exit issue(Context& context, IssueOptions options) {
  context.resolve();
  ApiClient client(context);
  if (options.dry_run) return dry_run(context, client, options);
  // A key of our own, so that the call can be repeated without a second certificate.
  if (options.idempotency_key.empty()) options.idempotency_key = uuid_v4();
  try {
    const auto answer = client.post("/v1/certificates", request_of(options), options.idempotency_key).body;
    if (!options.out.empty()) write_file(options.out, chain_of(answer));
    if (context.json)
      print_json(answer);
    else
      print_issued(options, answer);
    return Exit::ok;
  } catch (const Failure& failure) {
    if (failure.status() != Exit::unavailable) throw;
    throw Failure(
        Exit::unavailable, failure.what(),
        failure.mend() + "; to repeat this very call add --idempotency-key " + options.idempotency_key);
  }
}

}  // namespace

void add_issue(CLI::App& app, Context& context) {
  auto options = std::make_shared<IssueOptions>();
  CLI::App* command = app.add_subcommand("issue", "Have a certificate issued for a certification request");
  command->add_option("--csr", options->csr, "Certification request, PEM or base64 (PKCS#10)")->required();
  command->add_option("--profile", options->profile, "Profile to issue under")->capture_default_str();
  command->add_option("--subject", options->subject,
                      "TYPE=VALUE instead of the request's subject; may be repeated");
  command->add_option("--out", options->out,
                      "Write certificate and chain to this file instead of the output");
  command->add_option("--idempotency-key", options->idempotency_key,
                      "Repeat an earlier call: the same certificate, never a second");
  command->add_flag("--dry-run", options->dry_run, "Only say what each rule and lint thinks of it");
  command->callback([options, &context] { context.exit = issue(context, *options); });
}

}  // namespace inkan::daemon::cli
