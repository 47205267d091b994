#include "pkcs11/token_init.h"

#include <algorithm>
#include <array>

#include "pkcs11/cryptoki_error.h"
#include "pkcs11/session.h"
#include "pkcs11/slots.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;

void demand_ok(CK_RV rv, const std::string& label, const char* function) {
  if (rv == CKR_OK) return;
  throw Error(pin_refused(rv) ? ErrorCode::pin : ErrorCode::token,
              "token \"" + label + "\" could not be initialised: " + function + ": " + rv_name(rv) +
                  (rv == CKR_PIN_LEN_RANGE ? " (the token wants a longer or shorter PIN)" : ""));
}

std::vector<SlotToken> slots_of(Module& module, std::uint64_t generation, const std::string& label) {
  SlotTokens read = read_slots(module, generation);
  demand_ok(read.rv, label, "C_GetSlotList");
  return std::move(read.tokens);
}

bool has_label(const SlotToken& token, const std::string& label) {
  return token.description.initialised && token.description.label == label;
}

}  // namespace

bool init_token(const std::filesystem::path& module_path, const std::string& init_args,
                const std::string& label, Pin so_pin, Pin user_pin) {
  // PKCS#11 §3.2: the label is 32 octets, padded with blanks.
  std::array<unsigned char, 32> padded;
  padded.fill(' ');
  if (label.empty() || label.size() > padded.size())
    throw Error(ErrorCode::config,
                "a token label has 1 to 32 octets, \"" + label + "\" has " + std::to_string(label.size()));
  std::copy(label.begin(), label.end(), padded.begin());

  const auto module = Module::load(module_path, init_args);
  const auto before = slots_of(*module, module->generation(), label);
  if (std::any_of(before.begin(), before.end(), [&](const auto& token) { return has_label(token, label); }))
    return false;
  const auto empty = std::find_if(before.begin(), before.end(),
                                  [](const auto& token) { return !token.description.initialised; });
  if (empty == before.end())
    throw Error(ErrorCode::token,
                "module " + module->path() + " has no uninitialised slot for a token \"" + label + "\"");
  const CK_SLOT_ID slot = empty->description.slot;
  demand_ok(module->call(module->generation(),
                         [&](CK_FUNCTION_LIST& p) {
                           return p.C_InitToken(slot, so_pin.bytes().data(), so_pin.bytes().size(),
                                                padded.data());
                         }),
            label, "C_InitToken");

  // The slot's number may have changed with its first token, and is told anew only by a module initialised
  // anew.
  demand_ok(
      module->reinitialise(module->generation(), std::chrono::steady_clock::now() + std::chrono::seconds(2)),
      label, "C_Initialize");
  const SlotChoice choice = choose_slot(*module, module->generation(), label, "");
  if (!choice.fault.empty()) throw Error(ErrorCode::token, "after C_InitToken: " + choice.fault);
  auto [rv, session] = Session::open(module, module->generation(), choice.token.description.slot);
  demand_ok(rv, label, "C_OpenSession");
  demand_ok(session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
    return p.C_Login(handle, CKU_SO, so_pin.bytes().data(), so_pin.bytes().size());
  }),
            label, "C_Login");
  demand_ok(session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
    return p.C_InitPIN(handle, user_pin.bytes().data(), user_pin.bytes().size());
  }),
            label, "C_InitPIN");
  session.call([](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) { return p.C_Logout(handle); });
  return true;
}

}  // namespace inkan::pkcs11
