#include "daemon/unlock/stop_request.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

// What a signal is told to. Never closed: a handler may be on its way in one thread while another lets its
// StopRequest go.
int heard() {
  static const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return descriptor;
}

// In a signal's context: write() is all it may do.
void tell(int) {
  const int saved = errno;
  const std::uint64_t one = 1;
  if (::write(heard(), &one, sizeof one) < 0) {
    // It was told before: that is enough.
  }
  errno = saved;
}

}  // namespace

StopRequest::StopRequest() {
  // Made before any handler can ask for it, and told of nothing yet.
  if (heard() < 0)
    throw policy::Error(policy::ErrorCode::unavailable, "no descriptor is left to hear signals by");
  std::uint64_t earlier = 0;
  if (::read(heard(), &earlier, sizeof earlier) < 0) {
    // Nothing was heard by an earlier one.
  }
  struct sigaction action {};
  action.sa_handler = tell;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < k_signals.size(); ++i) ::sigaction(k_signals[i], &action, &before_[i]);
}

StopRequest::~StopRequest() {
  for (std::size_t i = 0; i < k_signals.size(); ++i) ::sigaction(k_signals[i], &before_[i], nullptr);
}

int StopRequest::descriptor() const {
  return heard();
}

void StopRequest::await() const {
  for (pollfd asked{heard(), POLLIN, 0}; ::poll(&asked, 1, -1) <= 0;) {
    // A signal interrupts even this; it is heard by then.
  }
}

void StopRequest::make() {
  tell(0);
}

bool StopRequest::made() const {
  pollfd asked{heard(), POLLIN, 0};
  return ::poll(&asked, 1, 0) > 0;
}

}  // namespace inkan::daemon
