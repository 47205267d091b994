#include "daemon/signal_event.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

// What the signals are told to. Never closed: a handler may be on its way in one thread while another lets
// its event go.
template <int... k_signals>
int heard() {
  static const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return descriptor;
}

// In a signal's context: write() is all it may do.
template <int... k_signals>
void tell(int) {
  const int saved = errno;
  const std::uint64_t one = 1;
  if (::write(heard<k_signals...>(), &one, sizeof one) < 0) {
    // It was told before: that is enough.
  }
  errno = saved;
}

bool is_readable(int descriptor, int patience) {
  pollfd asked{descriptor, POLLIN, 0};
  return ::poll(&asked, 1, patience) > 0;
}

}  // namespace

template <int... k_signals>
SignalEvent<k_signals...>::SignalEvent() {
  // Made before any handler can ask for it, and told of nothing yet.
  if (heard<k_signals...>() < 0)
    throw policy::Error(policy::ErrorCode::unavailable, "no descriptor is left to hear signals by");
  take();
  struct sigaction action {};
  action.sa_handler = tell<k_signals...>;
  action.sa_flags = SA_RESTART;
  auto* before = before_.data();
  (::sigaction(k_signals, &action, before++), ...);
}

template <int... k_signals>
SignalEvent<k_signals...>::~SignalEvent() {
  const auto* before = before_.data();
  (::sigaction(k_signals, before++, nullptr), ...);
}

template <int... k_signals>
int SignalEvent<k_signals...>::descriptor() const {
  return heard<k_signals...>();
}

template <int... k_signals>
void SignalEvent<k_signals...>::await() const {
  while (!is_readable(descriptor(), -1)) {
    // A signal interrupts even this; it is heard by then.
  }
}

template <int... k_signals>
bool SignalEvent<k_signals...>::take() {
  std::uint64_t told = 0;
  return ::read(descriptor(), &told, sizeof told) > 0;
}

template <int... k_signals>
void SignalEvent<k_signals...>::make() {
  tell<k_signals...>(0);
}

template <int... k_signals>
bool SignalEvent<k_signals...>::made() const {
  return is_readable(descriptor(), 0);
}

template class SignalEvent<SIGTERM, SIGINT, SIGQUIT>;
template class SignalEvent<SIGHUP>;

void await(const StopRequest& stop, const ReloadRequest& reload) {
  pollfd asked[] = {{stop.descriptor(), POLLIN, 0}, {reload.descriptor(), POLLIN, 0}};
  while (::poll(asked, 2, -1) <= 0) {
    // As above.
  }
}

}  // namespace inkan::daemon
