// Initialises an empty slot as a token, without the PINs ever standing in an argument list.
#pragma once

#include <filesystem>
#include <string>

#include "pkcs11/pin.h"

namespace inkan::pkcs11 {

// C_InitToken on the first uninitialised slot, then C_InitPIN as its security officer (PKCS#11 §5.5). Returns
// false, and changes nothing, when a token of that label is already there. Throws Error{config|token|pin}.
// Must run in a process that has not opened the module: a slot's number changes as it is initialised, and is
// only then seen anew.
bool init_token(const std::filesystem::path& module, const std::string& init_args, const std::string& label,
                Pin so_pin, Pin user_pin);

}  // namespace inkan::pkcs11
