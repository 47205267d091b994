// PINs from people: typed without echo, or a line of standard input; in locked memory from the first octet.
#pragma once

#include <map>
#include <string>

#include "daemon/pin_entry.h"

namespace inkan::daemon::cli {

// Asks on the terminal. Throws Failure{usage} without one.
pkcs11::Pin ask_pin(const std::string& prompt);

// For `inkan init`, which opens its tokens more than once: each PIN is asked for once, and a wrong one ends
// it.
class TerminalPins : public PinEntry {
 public:
  void unlock(std::vector<LockedToken> locked, const Open& open) override;

 private:
  std::map<std::string, pkcs11::Pin> entered_;
};

}  // namespace inkan::daemon::cli
