#include "daemon/cli/terminal_pins.h"

#include <fcntl.h>
#include <signal.h>
#include <termios.h>

#include <array>

#include "daemon/cli/context.h"
#include "daemon/unlock/descriptor.h"

namespace inkan::daemon::cli {
namespace {

constexpr std::array k_ends = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};

// What a signal must set back before it ends us: a terminal without echo outlives its program.
int silenced = -1;
termios talking{};

void end_silence(int signal) {
  if (silenced >= 0) ::tcsetattr(silenced, TCSAFLUSH, &talking);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

class Silence {
 public:
  explicit Silence(int terminal) {
    if (::tcgetattr(terminal, &talking) != 0) return;
    silenced = terminal;
    for (std::size_t i = 0; i < k_ends.size(); ++i) before_[i] = ::signal(k_ends[i], end_silence);
    termios silent = talking;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    ::tcsetattr(terminal, TCSAFLUSH, &silent);
  }
  ~Silence() {
    if (silenced < 0) return;
    ::tcsetattr(silenced, TCSAFLUSH, &talking);
    for (std::size_t i = 0; i < k_ends.size(); ++i) ::signal(k_ends[i], before_[i]);
    silenced = -1;
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  std::array<sighandler_t, k_ends.size()> before_{};
};

}  // namespace

pkcs11::Pin ask_pin(const std::string& prompt) {
  const Descriptor terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal)
    throw Failure(Exit::usage, "there is no terminal to type a PIN at",
                  "give --pin-file FILE or --pin-stdin");
  const std::string text = prompt + ": ";
  const Silence silence(terminal.number());
  if (::write(terminal.number(), text.data(), text.size()) < 0)
    throw Failure(Exit::usage, "the terminal cannot be written to");
  return pkcs11::Pin::from_line(terminal.number());
}

void TerminalPins::unlock(std::vector<LockedToken> locked, const Open& open) {
  for (const auto& token : locked) {
    const auto known = entered_.find(token.name);
    pkcs11::Pin pin = known == entered_.end()
                          ? ask_pin("PIN of token " + token.name + " (" + token.label + ")")
                          : std::move(known->second);
    const auto octets = pin.bytes();
    open(token.name, pkcs11::Pin::from_text({reinterpret_cast<const char*>(octets.data()), octets.size()}));
    entered_.insert_or_assign(token.name, std::move(pin));  // after: a wrong one is not kept
  }
}

}  // namespace inkan::daemon::cli
