// inkan unlock: hands a starting inkand the PINs that stand nowhere. It talks to the daemon's local socket,
// not to the API, whose own TLS key is locked in a token until then.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <sstream>

#include "daemon/cli/commands.h"
#include "daemon/cli/terminal_pins.h"
#include "daemon/config.h"
#include "daemon/unlock/unlock_socket.h"

namespace inkan::daemon::cli {
namespace {

struct UnlockOptions {
  std::string config = "/etc/inkan/inkand.toml", token, pin_file;
  bool pin_stdin = false;
};

UnlockAnswer say(const Config& config, const UnlockRequest& request) {
  // Longer than the token itself may take, so that its answer is the one that is heard.
  auto patience = std::chrono::seconds(10);
  for (const auto& each : config.tokens) patience = std::max(patience, each.token.open_deadline + patience);
  const Descriptor peer = connect_unlock(config.unlock_socket());
  send_request(peer.number(), request);
  return read_answer(peer.number(), std::chrono::steady_clock::now() + patience);
}

std::vector<std::string> waiting(const Config& config) {
  std::istringstream lines(say(config, {}).text);
  std::vector<std::string> names;
  for (std::string name; std::getline(lines, name);) names.push_back(name);
  return names;
}

pkcs11::Pin pin_for(const Config& config, const std::string& name, const UnlockOptions& options) {
  if (!options.pin_file.empty()) return pkcs11::Pin::from_file(options.pin_file);
  if (options.pin_stdin) return pkcs11::Pin::from_line(STDIN_FILENO);
  const auto token = std::find_if(config.tokens.begin(), config.tokens.end(),
                                  [&](const auto& each) { return each.token.name == name; });
  return ask_pin("PIN of token " + name +
                 (token == config.tokens.end() ? "" : " (" + token->token.label + ")"));
}

void unlock_one(const Config& config, const std::string& name, const UnlockOptions& options) {
  const auto answer = say(config, {name, pin_for(config, name, options)});
  if (answer.verdict == UnlockVerdict::done) {
    std::cout << "token " << name << " is unlocked" << (answer.text.empty() ? "" : "; " + answer.text)
              << std::endl;
    return;
  }
  throw Failure(answer.verdict == UnlockVerdict::refused     ? Exit::refused
                : answer.verdict == UnlockVerdict::malformed ? Exit::usage
                                                             : Exit::unavailable,
                answer.text);
}

void unlock(const UnlockOptions& options) {
  const Config config = Config::load(options.config);
  auto names = waiting(config);
  const bool scripted = options.pin_stdin || !options.pin_file.empty();
  if (!options.token.empty()) {
    names = {options.token};
  } else if (scripted && names.size() > 1) {
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    throw Failure(Exit::usage, "several tokens wait for their PINs: " + all, "name one with --token");
  }
  for (const auto& name : names) unlock_one(config, name, options);
}

}  // namespace

void add_unlock(CLI::App& app, Context&) {
  auto* const command = app.add_subcommand("unlock", "Enter the PINs that a starting inkand waits for");
  auto options = std::make_shared<UnlockOptions>();
  command->add_option("--config", options->config, "inkand's configuration (default /etc/inkan/inkand.toml)");
  command->add_option("--token", options->token, "The token's name; without it, each that waits in turn");
  auto* const file =
      command->add_option("--pin-file", options->pin_file, "File with the PIN, instead of the terminal");
  command->add_flag("--pin-stdin", options->pin_stdin, "Take the PIN from standard input")->excludes(file);
  command->callback([options] { unlock(*options); });
}

}  // namespace inkan::daemon::cli
