// Signals heard instead of suffered for as long as one of these lives, in whichever thread they come (sigwait
// asks for every thread to block them, a module's own too). One of a kind at a time in a process.
#pragma once

#include <signal.h>

#include <array>

namespace inkan::daemon {

template <int... k_signals>
class SignalEvent {
 public:
  SignalEvent();   // throws Error{unavailable} if no descriptor is left
  ~SignalEvent();  // the signals do what they did before
  SignalEvent(const SignalEvent&) = delete;
  SignalEvent& operator=(const SignalEvent&) = delete;

  int descriptor() const;  // readable once one came
  bool made() const;
  bool take();  // whether one came; from now on none has
  void await() const;
  static void make();  // from within, from any thread; forgotten by one that comes to live later

 private:
  std::array<struct sigaction, sizeof...(k_signals)> before_{};
};

using StopRequest = SignalEvent<SIGTERM, SIGINT, SIGQUIT>;
using ReloadRequest = SignalEvent<SIGHUP>;

// Waits for either; what has come stays to be asked for.
void await(const StopRequest& stop, const ReloadRequest& reload);

}  // namespace inkan::daemon
