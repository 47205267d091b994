#include "pkcs11/slots.h"

#include <algorithm>

#include "pkcs11/cryptoki_error.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

// PKCS#11 pads texts with blanks and ends them with nothing; some modules pad with zeros.
template <std::size_t N>
std::string text(const unsigned char (&padded)[N]) {
  std::string all(std::begin(padded), std::end(padded));
  all.resize(all.find_last_not_of(std::string_view(" \0", 2)) + 1);
  return all;
}

SlotToken describe(CK_SLOT_ID slot, const CK_TOKEN_INFO& info) {
  SlotToken token;
  token.flags = info.flags;
  // 0: no limit known. The pool's sessions are read/write, so both limits hold.
  const auto limit = [](CK_ULONG said) { return said == ~CK_ULONG{0} ? CK_EFFECTIVELY_INFINITE : said; };
  const CK_ULONG all = limit(info.ulMaxSessionCount), writing = limit(info.ulMaxRwSessionCount);
  token.max_sessions = all == 0 ? writing : writing == 0 ? all : std::min(all, writing);
  auto& d = token.description;
  d.slot = slot;
  d.initialised = (info.flags & CKF_TOKEN_INITIALIZED) != 0;
  d.label = text(info.label);
  d.serial = text(info.serialNumber);
  d.model = text(info.model);
  d.manufacturer = text(info.manufacturerID);
  d.firmware = std::to_string(info.firmwareVersion.major) + "." + std::to_string(info.firmwareVersion.minor);
  return token;
}

std::string labels_of(const std::vector<SlotToken>& tokens) {
  std::string all;
  for (const auto& token : tokens) {
    if (!token.description.initialised) continue;
    all += (all.empty() ? "" : ", ") +
           ("\"" + token.description.label + "\" (serial " + token.description.serial + ")");
  }
  return all.empty() ? "none" : all;
}

}  // namespace

SlotTokens read_slots(Module& module, std::uint64_t generation) {
  SlotTokens read;
  std::vector<CK_SLOT_ID> slots;
  read.rv = module.call(generation, [&](CK_FUNCTION_LIST& p) {
    CK_RV rv = CKR_BUFFER_TOO_SMALL;
    // A slot may appear between the two calls.
    for (int tries = 0; rv == CKR_BUFFER_TOO_SMALL && tries < 4; ++tries) {
      CK_ULONG count = 0;
      if (rv = p.C_GetSlotList(CK_TRUE, nullptr, &count); rv != CKR_OK) return rv;
      slots.resize(count);
      if (count > 0) rv = p.C_GetSlotList(CK_TRUE, slots.data(), &count);
      if (rv == CKR_OK) slots.resize(count);
    }
    return rv;
  });
  if (read.rv != CKR_OK) return read;
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    const CK_RV rv =
        module.call(generation, [&](CK_FUNCTION_LIST& p) { return p.C_GetTokenInfo(slot, &info); });
    if (rv == CKR_OK) read.tokens.push_back(describe(slot, info));
  }
  return read;
}

SlotChoice choose_slot(Module& module, std::uint64_t generation, const std::string& label,
                       const std::string& serial) {
  SlotChoice choice;
  const SlotTokens read = read_slots(module, generation);
  if (read.rv != CKR_OK) {
    choice.rv = read.rv;
    choice.fault = "C_GetSlotList: " + rv_name(read.rv);
    return choice;
  }
  std::vector<SlotToken> matching;
  for (const auto& token : read.tokens) {
    const auto& d = token.description;
    if (d.initialised && d.label == label && (serial.empty() || d.serial == serial))
      matching.push_back(token);
  }
  if (matching.size() == 1) {
    choice.token = matching.front();
    return choice;
  }
  choice.rv = CKR_TOKEN_NOT_PRESENT;
  const std::string wanted = "label \"" + label + "\"" + (serial.empty() ? "" : " and serial " + serial);
  choice.fault = matching.empty() ? "no token with " + wanted + "; tokens there: " + labels_of(read.tokens)
                                  : std::to_string(matching.size()) + " tokens with " + wanted + ": " +
                                        labels_of(matching) + "; name the serial too";
  return choice;
}

SlotToken find_slot(Module& module, std::uint64_t generation, const TokenConfig& config) {
  SlotChoice choice = choose_slot(module, generation, config.label, config.serial);
  if (choice.fault.empty()) return std::move(choice.token);
  throw policy::Error(policy::ErrorCode::token,
                      "token " + config.name + " (module " + module.path() + "): " + choice.fault +
                          ". Check label and serial, that the device is connected, and the module's own "
                          "configuration (SoftHSM: SOFTHSM2_CONF)");
}

}  // namespace inkan::pkcs11
