#include "daemon/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>

namespace inkan::daemon {
namespace {

constexpr timeval k_patience{5, 0};

// Nobody else reads or sets the environment yet.
std::string take(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  std::string taken = value == nullptr ? "" : value;
  ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
  return taken;
}

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || value <= 0) return std::nullopt;
  return value;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  std::string socket = take("NOTIFY_SOCKET");
  const auto microseconds = number(take("WATCHDOG_USEC"));
  const std::string whose = take("WATCHDOG_PID");
  const bool ours = whose.empty() || number(whose) == ::getpid();
  std::optional<std::chrono::microseconds> patience;
  if (microseconds && ours && !socket.empty()) patience = std::chrono::microseconds(*microseconds);
  return {std::move(socket), patience};
}

void ServiceManager::tell(const std::string& lines) const noexcept {
  sockaddr_un address{};
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::copy(socket_.begin(), socket_.end(), address.sun_path);
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &k_patience, sizeof k_patience);
  // What does not arrive is missed by whoever waits for it; there is nobody to tell.
  static_cast<void>(::sendto(descriptor, lines.data(), lines.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), length));
  ::close(descriptor);
}

}  // namespace inkan::daemon
