// inkan-witness: the auditor's second word. It remembers what a log showed, and cosigns only what grew out of
// that.
#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <iostream>
#include <memory>
#include <mutex>

#include "daemon/witness/pull.h"
#include "daemon/witness/witness_server.h"
#include "policy/log/verifier.h"
#include "policy/types/error.h"

namespace {

namespace witness = inkan::daemon::witness;
using inkan::policy::Error;
using inkan::policy::ErrorCode;

enum class Exit { good = 0, refused = 1, usage = 2 };

struct WitnessOptions {
  std::filesystem::path key, state;
  std::string name, listen, url;
  std::vector<std::string> logs;
};

void say(const std::string& line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::cerr << "inkan-witness: " << line << '\n' << std::flush;
}

witness::Witness open_witness(const WitnessOptions& options) {
  std::vector<inkan::policy::NoteVerifier> logs;
  for (const auto& text : options.logs) logs.push_back(inkan::policy::parse_verifier_key(text));
  return {witness::WitnessKey::load(options.key, options.name), std::move(logs), options.state};
}

std::pair<std::string, std::uint16_t> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string::npos && colon > 0) {
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, port);
    const bool v6 = text.front() == '[' && text[colon - 1] == ']';  // in brackets, as in a URL
    if (error == std::errc() && rest == end && rest != text.data() + colon + 1)
      return {v6 ? text.substr(1, colon - 2) : text.substr(0, colon), port};
  }
  throw Error(ErrorCode::config,
              "--listen is \"" + text + "\"; it must be host:port, such as 127.0.0.1:7380");
}

void keygen(const WitnessOptions& options) {
  std::cout << witness::WitnessKey::make(options.key, options.name).verifier().verifier_key() << '\n';
}

void serve(const WitnessOptions& options) {
  // Before any thread is there: all of them inherit it, and the signal waits for sigwait below.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  const auto [host, port] = parse_listen(options.listen);
  auto self = open_witness(options);
  {
    const witness::WitnessServer server(self, host, port, say);
    say("listens on " + host + ":" + std::to_string(server.port()));
    int got = 0;
    sigwait(&stop, &got);
  }
  say("stopped");
}

void show(const WitnessOptions& options) {
  for (const auto& note : witness::newest_checkpoints(options.state)) std::cout << note << '\n';
}

void pull_once(const WitnessOptions& options) {
  const auto address = witness::HttpAddress::parse(options.url);
  if (address.tls)
    throw Error(ErrorCode::config,
                "--url is https; the ledger is served on inkand's public listener, by http");
  auto self = open_witness(options);
  const auto pulled = witness::pull(self, address);
  say("grew from " + std::to_string(pulled.before.size) + " to " + std::to_string(pulled.now.size) +
      " leaves");
  std::cout << pulled.line;
}

void add_key(CLI::App& command, const std::shared_ptr<WitnessOptions>& options) {
  command.add_option("--key", options->key, "The witness's private key, PEM")->required();
  command.add_option("--name", options->name, "The witness's name, such as witness.example.com/w1")
      ->required();
}

void add_state(CLI::App& command, const std::shared_ptr<WitnessOptions>& options) {
  command
      .add_option("--state", options->state,
                  "The folder of what was cosigned: never lose it, never turn it back")
      ->required();
}

void add_logs(CLI::App& command, const std::shared_ptr<WitnessOptions>& options) {
  command.add_option("--log", options->logs, "Verifier key of a log to witness (may be given again)")
      ->required();
}

void add_commands(CLI::App& app) {
  const auto options = std::make_shared<WitnessOptions>();
  auto* made = app.add_subcommand("keygen", "Make the witness's key; prints its verifier key");
  add_key(*made, options);
  made->callback([options] { keygen(*options); });
  auto* served =
      app.add_subcommand("serve", "Cosign what logs submit (C2SP tlog-witness, POST /add-checkpoint)");
  add_key(*served, options);
  add_state(*served, options);
  add_logs(*served, options);
  served->add_option("--listen", options->listen, "host:port")->required();
  served->callback([options] { serve(*options); });
  auto* pulled = app.add_subcommand("pull", "Fetch a log's newest checkpoint, cosign and keep it, once");
  add_key(*pulled, options);
  add_state(*pulled, options);
  add_logs(*pulled, options);
  pulled->add_option("--url", options->url, "The base of inkand's public listener, http://…")->required();
  pulled->callback([options] { pull_once(*options); });
  auto* shown = app.add_subcommand("show", "Print the newest checkpoint of each log");
  add_state(*shown, options);
  shown->callback([options] { show(*options); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "inkan-witness: cosign a ledger's checkpoints if it only grew.\n"
      "Exit status: 0 done, 1 the log or the state is not what was cosigned, 2 anything else.");
  app.set_version_flag("--version", "inkan-witness " INKAN_VERSION);
  add_commands(app);
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  } catch (const Error& error) {
    say(error.what());
    return static_cast<int>(error.code() == ErrorCode::ledger ? Exit::refused : Exit::usage);
  } catch (const std::exception& error) {
    say(error.what());
    return static_cast<int>(Exit::usage);
  }
  return static_cast<int>(Exit::good);
}
