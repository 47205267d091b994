// The service manager that started this process, where one wants to hear of it: sd_notify(3)'s protocol,
// lines in a datagram to the socket that NOTIFY_SOCKET names. These few lines of ours, since libsystemd would
// be mapped, with what it loads, into a process that holds PINs.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace inkan::daemon {

class ServiceManager {
 public:
  // Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment: what this process starts is
  // not the service. Before there are threads.
  static ServiceManager from_environment();

  // Lines of NAME=VALUE. Never throws: a service that nobody hears goes on. Waits for some seconds at the
  // most.
  void tell(const std::string& lines) const noexcept;

  // How long it may hear no WATCHDOG=1 before it ends this process; nothing: for ever.
  std::optional<std::chrono::microseconds> patience() const { return patience_; }

 private:
  ServiceManager(std::string socket, std::optional<std::chrono::microseconds> patience)
      : socket_(std::move(socket)), patience_(patience) {}

  std::string socket_;  // a path, or an abstract name behind an '@'; empty: nobody listens
  std::optional<std::chrono::microseconds> patience_;
};

}  // namespace inkan::daemon
