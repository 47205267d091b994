#include "daemon/tokens.h"

#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

Tokens::Tokens(const Config& config) {
  for (const auto& settings : config.tokens)
    all_.emplace(settings.token.name,
                 pkcs11::Token::open(settings.token, pkcs11::Pin::from_file(settings.pin_file)));
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
