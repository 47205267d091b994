// A PIN lives in one place, which is wiped.
// expect: use of deleted function|uses deleted function|call to (implicitly-)?deleted|implicitly-deleted
#include <utility>

#include "pkcs11/pin.h"

inkan::pkcs11::Pin take(inkan::pkcs11::Pin&& pin) {
#ifdef MISUSE
  return inkan::pkcs11::Pin(pin);
#else
  return inkan::pkcs11::Pin(std::move(pin));
#endif
}
