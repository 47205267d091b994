// Text becomes a serial number by Serial::parse, which may refuse.
// expect: no matching function for call|no matching conversion
#include "policy/types/serial.h"

std::optional<inkan::policy::Serial> read(const std::string& text) {
#ifdef MISUSE
  return inkan::policy::Serial(text);
#else
  return inkan::policy::Serial::parse(text);
#endif
}
