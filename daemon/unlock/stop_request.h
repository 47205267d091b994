// SIGTERM, SIGINT and SIGQUIT, heard instead of suffered for as long as this lives, in whichever thread they
// come (sigwait asks for every thread to block them, a module's own too). One at a time in a process.
#pragma once

#include <signal.h>

#include <array>

namespace inkan::daemon {

class StopRequest {
 public:
  StopRequest();
  ~StopRequest();  // the signals do what they did before
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  int descriptor() const;  // readable once one came
  bool made() const;
  void await() const;
  static void make();  // from within, from any thread; forgotten by one that comes to live later

 private:
  static constexpr std::array k_signals = {SIGTERM, SIGINT, SIGQUIT};

  std::array<struct sigaction, k_signals.size()> before_{};
};

}  // namespace inkan::daemon
