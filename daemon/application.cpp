#include "daemon/application.h"

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/OptionException.h>
#include <unistd.h>

#include <iostream>
#include <thread>

#include "daemon/daemon.h"
#include "daemon/log_lines.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using Poco::Util::Option;

void Application::defineOptions(Poco::Util::OptionSet& options) {
  ServerApplication::defineOptions(options);
  options.addOption(Option("help", "h", "Show this help."));
  options.addOption(Option("version", "v", "Show the version."));
  options.addOption(
      Option("config", "c", "The configuration file (default /etc/inkan/inkand.toml).").argument("FILE"));
  options.addOption(Option("check", "", "Check the configuration, say what is wrong with it, and exit."));
}

void Application::handleOption(const std::string& name, const std::string& value) {
  ServerApplication::handleOption(name, value);
  if (name == "help") help_ = true;
  if (name == "version") version_ = true;
  if (name == "config") config_file_ = value;
  if (name == "check") check_ = true;
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
    formatter.setUsage("[--config FILE] [--check]");
    formatter.setHeader("The Inkan certificate authority: every signature is made in a PKCS#11 token.");
    formatter.format(arguments.empty() ? std::cout : std::cerr);
    return arguments.empty() ? EXIT_OK : EXIT_USAGE;
  }
  try {
    if (!check_) return serve();
    const Config config = Config::load(config_file_);
    load_profiles(config);
    load_blocklist(config);
    std::cout << config_file_ << ": the configuration is good\n";
    return EXIT_OK;
  } catch (const policy::Error& error) {
    std::cerr << "inkand: " << policy::name(error.code()) << ": " << error.what() << '\n';
    return error.code() == policy::ErrorCode::config ? EXIT_CONFIG : EXIT_UNAVAILABLE;
  }
}

int Application::serve() {
  std::atomic<bool> store_lost = false;
  const auto fatal = [&](const std::string& why) {
    log_line(api::Severity::error, "store.unknown", {{"why", why}});
    store_lost = true;
    terminate();
  };
  Daemon daemon(Config::load(config_file_), log_line, fatal);
  log_line(api::Severity::info, "daemon.ready", {{"version", INKAN_VERSION}, {"config", config_file_}});
  waitForTerminationRequest();
  log_line(api::Severity::info, "daemon.stopping", {});
  daemon.stop();
  log_line(api::Severity::info, "daemon.stopped", {});
  return store_lost ? EXIT_IOERR : EXIT_OK;
}

}  // namespace inkan::daemon
