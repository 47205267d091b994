#include "daemon/application.h"

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/OptionException.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <thread>

#include "daemon/daemon.h"
#include "daemon/jobs/periodic.h"
#include "daemon/live.h"
#include "daemon/log_lines.h"
#include "daemon/mail/mail_sender.h"
#include "daemon/mail/template.h"
#include "daemon/service_manager.h"
#include "daemon/signal_event.h"
#include "daemon/unlock/unlock_socket.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using Poco::Util::Option;

namespace {

constexpr std::chrono::seconds k_longest_end(60);  // of requests, last leaves and tokens that do not close

// What a service manager may act on. A PIN that was refused must not be tried again by a restart.
int exit_status(policy::ErrorCode code) {
  using Status = Poco::Util::Application;
  if (code == policy::ErrorCode::config) return Status::EXIT_CONFIG;
  if (code == policy::ErrorCode::pin) return Status::EXIT_NOPERM;
  return Status::EXIT_UNAVAILABLE;
}

// What is in one turn for so long hangs; a probe of every token, each with its deadline, and a disk that is
// merely slow take less.
constexpr std::chrono::minutes k_longest_turn(2);
// Of the three beats in its patience two may be lost.
constexpr int k_beats = 3;

// systemd takes no message of more than 4096 octets, and reads a line as an end.
std::string one_line(std::string text) {
  constexpr std::size_t k_most = 500;
  std::replace_if(
      text.begin(), text.end(), [](char each) { return static_cast<unsigned char>(each) < 0x20; }, ' ');
  if (text.size() <= k_most) return text;
  std::size_t end = k_most;
  while ((static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;  // not within a character
  return text.substr(0, end) + "…";
}

// A line for people: what is served, and what they asked for and did not get.
std::string status_of(const Daemon& daemon, const std::string& reload_refused) {
  const auto trouble = daemon.token_trouble();
  std::string status = trouble.empty() ? "serving" : "serving what needs no signature: " + trouble;
  if (!reload_refused.empty()) status += "; the last reload was refused: " + reload_refused;
  return one_line(std::move(status));
}

// Tells the service manager that the daemon lives, for as long as it does. Null: nobody wants to hear it.
std::unique_ptr<Periodic> beats(const ServiceManager& manager, const Daemon& daemon,
                                const Live<std::string>& reload_refused) {
  const auto patience = manager.patience();
  if (!patience) return nullptr;
  return std::make_unique<Periodic>(
      std::chrono::floor<std::chrono::milliseconds>(*patience) / k_beats,
      [&] {
        if (const auto what = daemon.stuck(k_longest_turn); !what.empty())
          throw policy::Error(policy::ErrorCode::internal, what);
        manager.tell("WATCHDOG=1");
        manager.tell("STATUS=" + status_of(daemon, *reload_refused.get()));
      },
      [](const std::string& why) {
        if (why.empty()) return log_line(api::Severity::info, "watchdog.told", {});
        log_line(api::Severity::error, "watchdog.withheld", {{"why", why}});
      });
}

// Officers take their time, and the service manager is to know that it is they who are waited for.
class AwaitedOfficers : public PinEntry {
 public:
  AwaitedOfficers(PinEntry& officers, const ServiceManager& manager)
      : officers_(officers), manager_(manager) {}
  void unlock(std::vector<LockedToken> locked, const Open& open) override {
    manager_.tell("STATUS=waiting for officers to enter PINs: inkan unlock\nEXTEND_TIMEOUT_USEC=" +
                  std::to_string(std::chrono::microseconds(std::chrono::years(1)).count()));
    officers_.unlock(std::move(locked), open);
    manager_.tell("STATUS=starting");
  }

 private:
  PinEntry& officers_;
  const ServiceManager& manager_;
};

// Until it is told to stop. A reload that was asked for during the start comes first.
void attend(const StopRequest& stop, ReloadRequest& reload, const std::function<void()>& reload_now) {
  while (!stop.made()) {
    if (reload.take()) reload_now();
    await(stop, reload);
  }
}

// Stopping calls into the module that hangs, and nobody is there to see that it does not come back. What must
// be on disk is there at any moment.
void end_without_fail(int status) {
  std::thread([status] {
    std::this_thread::sleep_for(k_longest_end);
    log_line(api::Severity::error, "daemon.cut", {{"why", "stopping has not come to an end"}});
    _exit(status);
  }).detach();
}

}  // namespace

void Application::defineOptions(Poco::Util::OptionSet& options) {
  ServerApplication::defineOptions(options);
  options.addOption(Option("help", "h", "Show this help."));
  options.addOption(Option("version", "v", "Show the version."));
  options.addOption(
      Option("config", "c", "The configuration file (default /etc/inkan/inkand.toml).").argument("FILE"));
  options.addOption(Option("check", "", "Check the configuration, say what is wrong with it, and exit."));
  options.addOption(Option("check-tokens", "",
                           "Find its tokens too, without logging in, while another inkand runs or not."));
}

void Application::handleOption(const std::string& name, const std::string& value) {
  ServerApplication::handleOption(name, value);
  if (name == "help") help_ = true;
  if (name == "version") version_ = true;
  if (name == "config") config_file_ = value;
  if (name == "check") check_ = true;
  if (name == "check-tokens") check_ = check_tokens_ = true;
  if (help_ || version_) stopOptionsProcessing();
}

int Application::main(const std::vector<std::string>& arguments) {
  if (version_) {
    std::cout << "inkand " INKAN_VERSION "\n";
    return EXIT_OK;
  }
  if (help_ || !arguments.empty()) {
    Poco::Util::HelpFormatter formatter(options());
    formatter.setCommand(commandName());
    formatter.setUsage("[--config FILE] [--check | --check-tokens]");
    formatter.setHeader("The Inkan certificate authority: every signature is made in a PKCS#11 token.");
    formatter.format(arguments.empty() ? std::cout : std::cerr);
    return arguments.empty() ? EXIT_OK : EXIT_USAGE;
  }
  try {
    return check_ ? check() : serve();
  } catch (const policy::Error& error) {
    std::cerr << "inkand: " << policy::name(error.code()) << ": " << error.what() << '\n';
    return exit_status(error.code());
  }
}

int Application::check() const {
  const Config config = Config::load(config_file_);
  load_profiles(config);
  load_blocklist(config);
  if (config.mail) {
    load_templates(config.mail->templates);
    check_mail_files(*config.mail);
  }
  load_staff_page(config);
  std::cout << config_file_ << ": the configuration is good\n";
  if (check_tokens_) check_tokens(config, [](const std::string& found) { std::cout << found << '\n'; });
  return EXIT_OK;
}

int Application::serve() {
  const auto manager = ServiceManager::from_environment();
  std::atomic<int> status = EXIT_OK;
  Endings endings;
  endings.store_unknown = [&](const std::string& why) {
    log_line(api::Severity::error, "store.unknown", {{"why", why}});
    status = EXIT_IOERR;
    StopRequest::make();
  };
  endings.token_hung = [&](const std::string& why) {
    log_line(api::Severity::error, "token.hung", {{"why", why}});
    status = EXIT_TEMPFAIL;
    end_without_fail(EXIT_TEMPFAIL);
    StopRequest::make();
  };
  ReloadRequest reload;  // from here on, for else SIGHUP would end the process
  const Config config = Config::load(config_file_);
  UnlockSocket officers(config.unlock_socket(), log_line);
  AwaitedOfficers awaited(officers, manager);
  std::optional<Daemon> started;
  try {
    started.emplace(config, log_line, std::move(endings), &awaited);
  } catch (const policy::Error&) {
    if (!officers.stopped()) throw;
    log_line(api::Severity::info, "daemon.stopped", {});
    return EXIT_OK;
  }
  Daemon& daemon = *started;
  const StopRequest stop;
  log_line(api::Severity::info, "daemon.ready", {{"version", INKAN_VERSION}, {"config", config_file_}});
  manager.tell("READY=1\nSTATUS=serving");
  Live<std::string> reload_refused("");
  auto beating = beats(manager, daemon, reload_refused);
  const auto reload_now = [&] {
    manager.tell("RELOADING=1");
    reload_refused.set(daemon.reload());
    manager.tell("READY=1");
    manager.tell("STATUS=" + status_of(daemon, *reload_refused.get()));
  };
  if (status == EXIT_OK) attend(stop, reload, reload_now);  // else the start itself cannot go on
  log_line(api::Severity::info, "daemon.stopping", {});
  manager.tell("STOPPING=1\nSTATUS=stopping");
  beating.reset();
  daemon.stop();
  log_line(api::Severity::info, "daemon.stopped", {});
  return status;
}

}  // namespace inkan::daemon
