#include "daemon/tokens.h"

#include <algorithm>
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

pkcs11::OnSigned timing(Measurements* measurements, const std::string& token) {
  if (measurements == nullptr) return {};
  return
      [&histogram = measurements->signing(token)](std::chrono::nanoseconds took) { histogram.observe(took); };
}

}  // namespace

Tokens::Tokens(const Config& config, PinEntry* officers, Measurements* measurements) {
  std::vector<LockedToken> locked;
  for (const auto& settings : config.tokens)
    if (settings.pin_entry)
      locked.push_back({settings.token.name, settings.token.label});
    else
      open(settings, read_pin(settings), measurements);
  if (!locked.empty() && officers == nullptr)
    throw Error(ErrorCode::pin,
                "the PIN of token " + locked.front().name + " must be entered, and nobody is asked");
  const auto open_one = [&](const std::string& name, pkcs11::Pin pin) {
    const auto settings = std::find_if(config.tokens.begin(), config.tokens.end(),
                                       [&](const auto& each) { return each.token.name == name; });
    open(*settings, std::move(pin), measurements);
  };
  if (!locked.empty()) officers->unlock(std::move(locked), open_one);
  link(config);
}

void Tokens::link(const Config& config) {
  for (const auto& settings : config.tokens)
    if (!settings.standby_for.empty()) find(settings.standby_for)->set_standby(find(settings.token.name));
}

void Tokens::open(const TokenSettings& settings, pkcs11::Pin pin, Measurements* measurements) {
  const auto& name = settings.token.name;
  all_.emplace(name, pkcs11::Token::open(settings.token, std::move(pin), timing(measurements, name)));
}

std::shared_ptr<pkcs11::Token> Tokens::find(const std::string& name) const {
  const auto found = all_.find(name);
  if (found == all_.end())
    throw Error(ErrorCode::config,
                "a key lives on token \"" + name +
                    "\", which the configuration does not name: add a [[token]] with that name");
  return found->second;
}

bool Tokens::is_in_use(const TokenSettings& settings) const {
  const auto& name = settings.token.name;
  const auto& main = settings.standby_for.empty() ? name : settings.standby_for;
  return find(main)->in_use().config().name == name;
}

void Tokens::close() {
  for (auto& [name, token] : all_) token->close();
}

void check_tokens(const Config& config, const std::function<void(const std::string&)>& tell) {
  for (const auto& settings : config.tokens) {
    const auto found = pkcs11::find_token(settings.token);
    tell("token " + settings.token.name + ": \"" + found.label + "\", serial " + found.serial + ", " +
         found.model + " of " + found.manufacturer);
  }
}

}  // namespace inkan::daemon
