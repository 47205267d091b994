#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "daemon/atomic_file.h"
#include "daemon/cli/acts.h"
#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"
#include "policy/x509/certification_request.h"
#include "policy/x509/pem.h"

namespace inkan::daemon::cli {
namespace {

using policy::ActKind;

constexpr std::size_t k_most_certificates = 256 * 1024;  // octets of a file

struct CaOptions {
  std::string reason, certificate, chain, authority, out;
  policy::ActParameters parameters;  // those that were given
};

Exit list_authorities(Context& context) {
  context.resolve();
  const auto answer = ApiClient(context).get("/v1/authorities").body;
  if (context.json) {
    print_json(answer);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : answer.value("items", nlohmann::json::array()))
    rows.push_back({text_at(each, "id"), text_at(each, "state"),
                    text_at(each, "issuing") == "true" ? "yes" : "no", text_at(each, "key_algorithm"),
                    text_at(each, "not_after"), text_at(each, "issuer"), text_at(each, "subject")});
  for (const auto& each : answer.value("requests", nlohmann::json::array()))
    rows.push_back({text_at(each, "id"), "requested", "no", "", "", "(outside)", text_at(each, "subject")});
  print_table({"AUTHORITY", "STATE", "ISSUES", "KEY", "NOT AFTER", "ISSUER", "SUBJECT"}, rows);
  return Exit::ok;
}

std::vector<policy::Certificate> certificates_in(const std::string& file) {
  std::vector<policy::Certificate> all;
  const std::string text = read_file(file, k_most_certificates);
  try {
    if (!policy::is_pem(text)) return {policy::Certificate::parse(policy::as_bytes(text))};
    for (const auto& block : policy::pem_decode_all(text))
      all.push_back(policy::Certificate::parse(block.der));
  } catch (const policy::Error& error) {
    throw Failure(Exit::refused, file + ": " + error.what(), "give certificates in PEM, or one in DER");
  }
  return all;
}

// A chain file may be in any order, and may have the authority's own certificate in it.
std::string chain_above(const policy::Certificate& own, const std::vector<policy::Certificate>& given) {
  policy::Bytes chain;
  const policy::Certificate* below = &own;
  for (std::size_t steps = 0; steps < given.size(); ++steps) {
    const auto above = std::find_if(given.begin(), given.end(), [&](const auto& each) {
      return each.subject() == below->issuer() && below->verify(each.public_key());
    });
    if (above == given.end()) break;
    chain.insert(chain.end(), above->der().begin(), above->der().end());
    below = &*above;
    if (below->subject() == below->issuer()) return policy::to_base64(chain);
  }
  throw Failure(Exit::refused,
                "the chain does not lead from \"" + own.subject().text() + "\" to a root: no signer of \"" +
                    below->subject().text() + "\" is in it",
                "add the certificate of \"" + below->issuer().text() + "\"");
}

Exit ask_to_import(Context& context, CaOptions& options) {
  const auto own = certificates_in(options.certificate);
  const auto given = certificates_in(options.chain);
  options.parameters["certificate"] = policy::to_base64(own.front().der());
  options.parameters["chain"] = chain_above(own.front(), given);
  return ask_for(context, ActKind::import_authority, options.reason, options.parameters);
}

Exit fetch_request(Context& context, const CaOptions& options) {
  context.resolve();
  const auto answer = ApiClient(context).fetch("/v1/authorities/" + options.authority + "/request");
  const auto pem = policy::pem_encode("CERTIFICATE REQUEST", policy::as_bytes(answer));
  if (options.out.empty())
    std::cout << pem;
  else
    write_file_durably(options.out, pem);
  return Exit::ok;
}

CLI::App* act(CLI::App* group, Context& context, ActKind kind, const char* name, const char* what) {
  const auto options = std::make_shared<CaOptions>();
  CLI::App* command = group->add_subcommand(name, what);
  const auto take = [options](const std::string& parameter) {
    return [options, parameter](const std::string& value) { options->parameters[parameter] = value; };
  };
  command->add_option_function<std::string>("authority", take("authority"), "Its id, as in URLs")->required();
  command->add_option("--reason", options->reason, "For the ledger and for those who vote")->required();
  if (kind == ActKind::create_authority || kind == ActKind::roll_over || kind == ActKind::request_authority) {
    command->add_option_function<std::string>("--common-name", take("common_name"), "CN of its certificate")
        ->required();
    if (kind != ActKind::request_authority)
      command->add_option_function<std::string>("--issuer", take("issuer"),
                                                "Authority that signs it; a new root has none");
    if (kind == ActKind::create_authority)
      command->add_option_function<std::string>(
          "--links", take("links"), "Of a new root: the root it takes over from; each certifies the other");
    command->add_option_function<std::string>("--algorithm", take("algorithm"),
                                              "P-256, P-384, P-521, Ed25519, RSA-3072 or RSA-4096");
    command->add_option_function<std::string>("--token", take("token"), "Where its key is made");
    command->add_option_function<std::string>("--profile", take("profile"), "Of its certificate");
  }
  if (kind == ActKind::import_authority) {
    command->add_option("--certificate", options->certificate, "What the CA outside has made: PEM or DER")
        ->required();
    command->add_option("--chain", options->chain, "Those above it up to the root, in PEM, in any order")
        ->required();
  }
  command->callback([options, kind, &context] {
    if (kind == ActKind::import_authority)
      context.exit = ask_to_import(context, *options);
    else
      context.exit = ask_for(context, kind, options->reason, options->parameters);
  });
  return command;
}

}  // namespace

void add_ca(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("ca", "Certificate authorities; acts on them take officers' votes");
  group->require_subcommand(1);
  group->add_subcommand("list", "List them")->callback([&context] {
    context.exit = list_authorities(context);
  });
  act(group, context, ActKind::roll_over, "roll-over",
      "Ask for a new key and CA certificate, which issue from then on; the one before goes on with its CRLs");
  act(group, context, ActKind::create_authority, "create",
      "Ask for a new key and CA certificate, which do not issue to callers yet");
  act(group, context, ActKind::activate_authority, "activate", "Ask that this one issues from then on");
  act(group, context, ActKind::retire_authority, "retire",
      "Ask that this one signs no certificates any more, for ever; its CRLs go on");
  act(group, context, ActKind::request_authority, "request",
      "Ask for a new key, and a request for its CA certificate to a CA outside");
  act(group, context, ActKind::import_authority, "import",
      "Ask that what a CA outside has made for a request be taken: an authority under an outside root");
  const auto options = std::make_shared<CaOptions>();
  CLI::App* csr = group->add_subcommand("csr", "Fetch the request that a CA outside shall answer, in PEM");
  csr->add_option("authority", options->authority, "Its id")->required();
  csr->add_option("--out", options->out, "Where to write it; else to standard output");
  csr->callback([options, &context] { context.exit = fetch_request(context, *options); });
}

}  // namespace inkan::daemon::cli
