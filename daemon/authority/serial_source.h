// Draws serial numbers: the present, and 104 bits that neither the token nor the operating system could
// choose alone.
#pragma once

#include <memory>

#include "pkcs11/token.h"
#include "policy/types/serial.h"

namespace inkan::daemon {

class SerialSource {
 public:
  explicit SerialSource(std::shared_ptr<pkcs11::Token> token) : token_(std::move(token)) {}
  policy::Serial draw(
      pkcs11::Deadline deadline);  // throws Error{unavailable} if the token gives no random octets

 private:
  std::shared_ptr<pkcs11::Token> token_;
};

}  // namespace inkan::daemon
