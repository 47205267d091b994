// Which slot has the token: by label and serial, never by number, since slots are renumbered (SoftHSM when a
// token is made, remote modules when their server restarts).
#pragma once

#include <string>
#include <vector>

#include "pkcs11/module.h"
#include "pkcs11/token.h"

namespace inkan::pkcs11 {

struct SlotToken {
  TokenDescription description;
  CK_FLAGS flags = 0;
  CK_ULONG max_sessions = 0;  // 0: no limit known
};

struct SlotTokens {
  CK_RV rv = CKR_OK;
  std::vector<SlotToken> tokens;
};
SlotTokens read_slots(Module& module, std::uint64_t generation);

// The one initialised token of that label and serial. `fault` says what was found instead.
struct SlotChoice {
  CK_RV rv = CKR_OK;
  SlotToken token;
  std::string fault;  // empty: found
};
SlotChoice choose_slot(Module& module, std::uint64_t generation, const std::string& label,
                       const std::string& serial);
// The token that the configuration names. Throws Error{token} saying what was found instead and where to
// look.
SlotToken find_slot(Module& module, std::uint64_t generation, const TokenConfig& config);

}  // namespace inkan::pkcs11
