#include "daemon/tokens.h"

#include <cstdlib>

#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

pkcs11::Pin read_pin(const TokenSettings& settings) {
  if (settings.pin_credential.empty()) return pkcs11::Pin::from_file(settings.pin_file);
  const char* const folder =
      std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  if (folder == nullptr)
    throw Error(ErrorCode::pin, "token " + settings.token.name + " takes its PIN from the credential \"" +
                                    settings.pin_credential +
                                    "\", and systemd handed none over: add LoadCredential=" +
                                    settings.pin_credential + ":FILE to the unit, or set pin_file");
  return pkcs11::Pin::from_file(std::filesystem::path(folder) / settings.pin_credential);
}

}  // namespace

Tokens::Tokens(const Config& config) {
  for (const auto& settings : config.tokens)
    all_.emplace(settings.token.name, pkcs11::Token::open(settings.token, read_pin(settings)));
}

std::shared_ptr<pkcs11::Token> Tokens::find(const std::string& name) const {
  const auto found = all_.find(name);
  if (found == all_.end())
    throw Error(ErrorCode::config,
                "a key lives on token \"" + name +
                    "\", which the configuration does not name: add a [[token]] with that name");
  return found->second;
}

void Tokens::close() {
  for (auto& [name, token] : all_) token->close();
}

}  // namespace inkan::daemon
