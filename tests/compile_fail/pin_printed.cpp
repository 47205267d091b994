// A PIN has no text form.
// expect: no match for 'operator<<'|invalid operands to binary expression
#include <ostream>

#include "pkcs11/pin.h"

void show(std::ostream& out, const inkan::pkcs11::Pin& pin) {
#ifdef MISUSE
  out << pin;
#else
  static_cast<void>(pin);
  out << "(a PIN)";
#endif
}
