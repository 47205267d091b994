// Officers who enter PINs: asked for the tokens whose PIN stands nowhere.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pkcs11/pin.h"

namespace inkan::daemon {

struct LockedToken {
  std::string name, label;  // the configuration's
};

class PinEntry {
 public:
  // Logs in to the token of that name. What it throws is told to whoever entered the PIN.
  using Open = std::function<void(const std::string& name, pkcs11::Pin pin)>;

  virtual ~PinEntry() = default;
  // Calls `open` with what is entered until each of `locked` is open. No PIN is given to it twice. Throws
  // Error if that will not come to be.
  virtual void unlock(std::vector<LockedToken> locked, const Open& open) = 0;
};

}  // namespace inkan::daemon
