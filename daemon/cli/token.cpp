// inkan token: a module's tokens, their keys and certificate objects, in this process. PINs come from files,
// never from the command line.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/cli/problem.h"
#include "pkcs11/certificate_objects.h"
#include "pkcs11/token_init.h"
#include "pkcs11/token_keys.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"
#include "policy/x509/pem.h"

namespace inkan::daemon::cli {
namespace {

struct TokenOptions {
  pkcs11::TokenPlace place;
  std::string so_pin_file, certificate;
};

void list(const TokenOptions& options) {
  for (const auto& token : pkcs11::list_tokens(options.place.module, options.place.init_args)) {
    if (!token.initialised) {
      std::cout << "(an uninitialised slot)\n";
      continue;
    }
    std::cout << token.label << "\tserial " << token.serial << "\t" << token.manufacturer << " "
              << token.model << "\n";
  }
}

void init(const TokenOptions& options) {
  const bool made = pkcs11::init_token(options.place.module, options.place.init_args, options.place.label,
                                       pkcs11::Pin::from_file(options.so_pin_file),
                                       pkcs11::Pin::from_file(options.place.pin_file));
  std::cout << "token " << options.place.label << (made ? " made\n" : " is there already\n");
}

// Keys by our own layer: libp11 lists none at all where one of them is of a type it does not know (Ed25519).
std::vector<pkcs11::KeyObject> keys_of(const pkcs11::TokenPlace& place) {
  pkcs11::TokenConfig config;
  config.name = place.label;
  config.module = place.module;
  config.init_args = place.init_args;
  config.label = place.label;
  config.sessions = 1;
  const auto token = pkcs11::Token::open(config, pkcs11::Pin::from_file(place.pin_file));
  auto keys = pkcs11::list_keys(*token);
  token->close();
  return keys;
}

std::string kind_of(const policy::Bytes& spki) {
  const auto key = policy::PublicKey::parse(spki);
  const auto* known = std::get_if<policy::PublicKey>(&key);
  if (!known) return "unknown";
  const std::string name(policy::name(known->algorithm()));
  return known->algorithm() == policy::KeyAlgorithm::rsa ? name + "-" + std::to_string(known->bits()) : name;
}

void show(const TokenOptions& options) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& key : keys_of(options.place))
    rows.push_back(
        {key.label, kind_of(key.spki), policy::to_hex(key.id), key.fault.empty() ? "sound" : key.fault});
  print_table({"PRIVATE KEY", "KIND", "CKA_ID", "STATE"}, rows);
  rows.clear();
  for (const auto& object : pkcs11::list_certificates(options.place)) {
    const auto certificate = policy::Certificate::parse(object.der);
    rows.push_back({object.label, certificate.subject().text(),
                    policy::to_rfc3339(certificate.validity().not_after()), policy::to_hex(object.id)});
  }
  std::cout << '\n';
  print_table({"CERTIFICATE", "SUBJECT", "NOT AFTER", "CKA_ID"}, rows);
}

void store(const TokenOptions& options) {
  const policy::Bytes der = policy::pem_decode_certificate(read_file(options.certificate, 65536));
  const auto certificate = policy::Certificate::parse(der);
  const auto keys = keys_of(options.place);
  const auto own = std::find_if(keys.begin(), keys.end(), [&](const auto& key) {
    return policy::spki_hash_of(key.spki) == certificate.public_key().spki_hash();
  });
  if (own == keys.end())
    throw policy::Error(policy::ErrorCode::key,
                        "token " + options.place.label + " has no key of the certificate " +
                            certificate.subject().text() + ": a certificate is stored beside its key");
  for (const auto& there : pkcs11::list_certificates(options.place))
    if (there.der == der) {
      std::cout << "the certificate is there already\n";
      return;
    }
  pkcs11::store_certificate(options.place, {own->id, own->label, der});
  std::cout << "stored beside key " << own->label << "\n";
}

}  // namespace

void add_token(CLI::App& app, Context& context) {
  auto* const token = app.add_subcommand("token", "The tokens of a PKCS#11 module: list, make, look into");
  token->require_subcommand(1);
  auto options = std::make_shared<TokenOptions>();
  auto* const list_command = token->add_subcommand("list", "List the module's tokens");
  auto* const init_command = token->add_subcommand("init", "Make an empty token");
  auto* const show_command =
      token->add_subcommand("show", "List a token's private keys and certificate objects");
  auto* const store_command =
      token->add_subcommand("store-certificate", "Store a CA certificate in the token, beside its key");
  for (auto* const command : {list_command, init_command, show_command, store_command}) {
    command->add_option("--module", options->place.module, "The PKCS#11 module, a shared library")
        ->required();
    command->add_option("--init-args", options->place.init_args,
                        "What the module wants at C_Initialize (NSS)");
  }
  for (auto* const command : {init_command, show_command, store_command}) {
    command->add_option("--label", options->place.label, "The token's label")->required();
    command->add_option("--pin-file", options->place.pin_file, "File with the user PIN")->required();
  }
  init_command->add_option("--so-pin-file", options->so_pin_file, "File with the security officer's PIN")
      ->required();
  store_command->add_option("--certificate", options->certificate, "The certificate, PEM")->required();
  list_command->callback([options] { list(*options); });
  init_command->callback([options] { init(*options); });
  show_command->callback([options] { show(*options); });
  store_command->callback([options] { store(*options); });
  add_prove_backup(*token, context);
}

}  // namespace inkan::daemon::cli
