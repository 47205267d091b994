// inkan-portal: what a client company's user sees in his browser, before the REST API.
#include <pthread.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "api/http/request_ids.h"
#include "api/portal/portal.h"
#include "daemon/clock.h"
#include "daemon/log_lines.h"
#include "daemon/service_manager.h"
#include "policy/types/error.h"

namespace {

namespace api = inkan::api;
namespace daemon_ = inkan::daemon;
using inkan::policy::Error;
using inkan::policy::ErrorCode;

// sysexits.h, as inkand has them.
enum class Exit { good = 0, usage = 64, unavailable = 69, config = 78 };

constexpr auto k_stop_grace = std::chrono::seconds(10);

std::function<std::string()> request_ids() {
  std::array<std::uint8_t, 8> random;
  daemon_::random_octets(random);
  std::uint64_t seed = 0;
  for (const auto octet : random) seed = seed << 8 | octet;
  auto ids = std::make_shared<api::RequestIds>(daemon_::now, seed);
  return [ids] { return ids->next(); };
}

api::portal::PortalEffects effects() {
  return {daemon_::now, daemon_::random_octets, request_ids(), daemon_::log_line};
}

void serve(const std::string& file) {
  // Before any thread is there: all of them inherit it, and the signal waits for sigwait below.
  const auto manager = daemon_::ServiceManager::from_environment();
  sigset_t stop;
  sigemptyset(&stop);
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT}) sigaddset(&stop, signal);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  signal(SIGPIPE, SIG_IGN);  // a peer that leaves is an error of its socket
  api::portal::Portal portal(api::portal::Settings::load(file), effects());
  portal.start();
  daemon_::log_line(api::Severity::info, "portal.ready",
                    {{"version", INKAN_VERSION},
                     {"config", file},
                     {"main", std::to_string(portal.main_port())},
                     {"proof", std::to_string(portal.proof_port())}});
  manager.tell("READY=1\nSTATUS=serving");
  int got = 0;
  sigwait(&stop, &got);
  daemon_::log_line(api::Severity::info, "portal.stopping", {});
  manager.tell("STOPPING=1\nSTATUS=stopping");
  portal.stop(k_stop_grace);
  daemon_::log_line(api::Severity::info, "portal.stopped", {});
}

// Everything is read, nothing is opened.
void check(const std::string& file) {
  const api::portal::Portal portal(api::portal::Settings::load(file), effects());
  std::cout << file << ": the configuration is good\n";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("inkan-portal: the web tier in front of inkand, for client companies' users.");
  app.set_version_flag("--version", "inkan-portal " INKAN_VERSION);
  std::string file = "/etc/inkan/inkan-portal.toml";
  bool only_check = false;
  app.add_option("--config,-c", file, "The configuration file (default " + file + ")");
  app.add_flag("--check", only_check, "Check the configuration and the files it names, and exit");
  try {
    app.parse(argc, argv);
    only_check ? check(file) : serve(file);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  } catch (const Error& error) {
    std::cerr << "inkan-portal: " << inkan::policy::name(error.code()) << ": " << error.what() << '\n';
    return static_cast<int>(error.code() == ErrorCode::config ? Exit::config : Exit::unavailable);
  } catch (const std::exception& error) {
    std::cerr << "inkan-portal: " << error.what() << '\n';
    return static_cast<int>(Exit::unavailable);
  }
  return static_cast<int>(Exit::good);
}
