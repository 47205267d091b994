// The leaf of a login to a token, at start and after each recovery: `pin` is how the PIN came, "kept" for a
// further login.
#pragma once

#include "pkcs11/token.h"
#include "policy/log/leaf.h"

namespace inkan::daemon {

inline policy::Event login_of(const std::string& name, const pkcs11::TokenStatus& status, const char* pin) {
  policy::Event login{.type = policy::EventType::token_login, .target = {"token", name}};
  login.detail = {{"label", status.label},
                  {"serial", status.serial},
                  {"firmware", status.firmware},
                  {"pin", pin},
                  {"login", status.epoch}};
  return login;
}

}  // namespace inkan::daemon
