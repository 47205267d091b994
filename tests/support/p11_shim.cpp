// p11-shim.so: a PKCS#11 module that passes every call to a real one and can make it slow, sick or stuck.
//   INKAN_SHIM_MODULE      the real module (default: SoftHSM)
//   INKAN_SHIM_CONTROL     file of rules (p11_shim_rules.h), read again whenever it changes
//   INKAN_SHIM_LATENCY_US  every call takes that much longer, whatever the rules are: a distant HSM
//   INKAN_SHIM_SIGNATURES  file to which a line is added for each C_Sign that returned CKR_OK: the key's
//                          CKA_ID and what was signed, in hexadecimal. What is written there survives a kill
//                          -9 of the process
// In one process, dlsym() finds inkan_shim_control(text) and inkan_shim_calls(function) too.
#include <dlfcn.h>
#include <fcntl.h>
#include <p11-kit/pkcs11.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "tests/support/p11_shim_rules.h"

namespace inkan::shim {
namespace {

CK_FUNCTION_LIST* real = nullptr;  // the real module's; set once, before anything else is called

Rules& rules() {
  static Rules all;
  return all;
}

const char* setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// SoftHSM crashes when sessions are closed that another thread is in a call with.
std::shared_mutex& calls_inside() {
  static std::shared_mutex all;
  return all;
}

void drop_sessions() {
  const std::unique_lock nobody_inside(calls_inside());
  CK_ULONG count = 0;
  if (real->C_GetSlotList(CK_TRUE, nullptr, &count) != CKR_OK) return;
  std::vector<CK_SLOT_ID> slots(count);
  if (real->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK) return;
  for (const auto slot : slots) real->C_CloseAllSessions(slot);
}

// What the real module allocates is not ours to free: SoftHSM 2.6.1 loses the ASN.1 string of an Ed25519
// key's curve at every C_GenerateKeyPair and C_SignInit. A suppression would need the slow unwinder, since
// libcrypto has no frame pointers, and that makes tests ten times slower.
class TheirMemory {
#ifdef __SANITIZE_ADDRESS__
  __lsan::ScopedDisabler disabled_;
#endif
 public:
  TheirMemory() {}
};

// Runs a call as the rules say.
template <class Call>
CK_RV suffer(const char* function, Call&& call) {
  static const std::string control = setting("INKAN_SHIM_CONTROL");
  if (!control.empty() && rules().reread(control)) drop_sessions();
  static const long latency_us = std::strtol(setting("INKAN_SHIM_LATENCY_US"), nullptr, 10);
  if (latency_us > 0) std::this_thread::sleep_for(std::chrono::microseconds(latency_us));
  const Fate fate = rules().next(function);
  if (fate.drop_sessions) drop_sessions();
  if (fate.delay_us > 0) std::this_thread::sleep_for(std::chrono::microseconds(fate.delay_us));
  if (fate.refuse) return fate.rv;
  const std::shared_lock inside(calls_inside());
  const TheirMemory memory;
  const CK_RV rv = call();
  return fate.lose ? fate.rv : rv;
}

void append_hex(std::string& text, const CK_BYTE* octets, CK_ULONG size) {
  for (CK_ULONG i = 0; i < size; ++i)
    for (const int shift : {4, 0}) text += "0123456789abcdef"[(octets[i] >> shift) & 15];
}

// Which key each session is signing with, for the list of signatures.
class SignatureList {
 public:
  void begins(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
    if (file_ < 0) return;
    std::array<CK_BYTE, 64> octets{};
    CK_ATTRIBUTE id{CKA_ID, octets.data(), octets.size()};
    std::string text;
    if (real->C_GetAttributeValue(session, key, &id, 1) == CKR_OK)
      append_hex(text, octets.data(), id.ulValueLen);
    const std::lock_guard lock(mutex_);
    keys_[session] = text + " ";
  }
  void made(CK_SESSION_HANDLE session, const CK_BYTE* data, CK_ULONG size) {
    if (file_ < 0) return;
    const std::lock_guard lock(mutex_);
    std::string line = keys_[session];
    append_hex(line, data, size);
    line += '\n';
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  }

 private:
  const int file_ =
      *setting("INKAN_SHIM_SIGNATURES") == '\0'
          ? -1
          : ::open(setting("INKAN_SHIM_SIGNATURES"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::mutex mutex_;  // guards keys_ and the file's order
  std::map<CK_SESSION_HANDLE, std::string> keys_;
};
SignatureList& signatures() {
  static SignatureList list;
  return list;
}

// One forwarding function per member of the function list, named for the rules.
template <auto Member, class Name>
struct Forward;
template <class... Arguments, CK_RV (*CK_FUNCTION_LIST::*Member)(Arguments...), class Name>
struct Forward<Member, Name> {
  static CK_RV call(Arguments... arguments) {
    return suffer(Name::text(), [&] { return (real->*Member)(arguments...); });
  }
};

CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  return suffer("C_SignInit", [&] {
    const CK_RV rv = real->C_SignInit(session, mechanism, key);
    if (rv == CKR_OK) signatures().begins(session, key);
    return rv;
  });
}

CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG size, CK_BYTE* signature,
           CK_ULONG* signature_size) {
  return suffer("C_Sign", [&] {
    const CK_RV rv = real->C_Sign(session, data, size, signature, signature_size);
    if (rv == CKR_OK && signature != nullptr) signatures().made(session, data, size);
    return rv;
  });
}

#define INKAN_FORWARD(member)                               \
  struct Name##member {                                     \
    static constexpr const char* text() { return #member; } \
  };                                                        \
  list.member = Forward<&CK_FUNCTION_LIST::member, Name##member>::call

CK_FUNCTION_LIST wrapped() {
  CK_FUNCTION_LIST list = *real;
  INKAN_FORWARD(C_Initialize);
  INKAN_FORWARD(C_Finalize);
  INKAN_FORWARD(C_GetSlotList);
  INKAN_FORWARD(C_GetTokenInfo);
  INKAN_FORWARD(C_OpenSession);
  INKAN_FORWARD(C_CloseSession);
  INKAN_FORWARD(C_GetSessionInfo);
  INKAN_FORWARD(C_Login);
  INKAN_FORWARD(C_FindObjectsInit);
  INKAN_FORWARD(C_FindObjects);
  INKAN_FORWARD(C_GetAttributeValue);
  INKAN_FORWARD(C_GenerateKeyPair);
  INKAN_FORWARD(C_DestroyObject);
  INKAN_FORWARD(C_GenerateRandom);
  list.C_SignInit = sign_init;
  list.C_Sign = sign;
  return list;
}
#undef INKAN_FORWARD

bool load_real() {
  const std::string path =
      *setting("INKAN_SHIM_MODULE") ? setting("INKAN_SHIM_MODULE") : "/usr/lib/softhsm/libsofthsm2.so";
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return false;
  const auto entry = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  return entry != nullptr && entry(&real) == CKR_OK;
}

}  // namespace
}  // namespace inkan::shim

extern "C" {

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** out) {
  static const bool loaded = inkan::shim::load_real();
  if (!loaded) return CKR_GENERAL_ERROR;
  static CK_FUNCTION_LIST list = [] {
    CK_FUNCTION_LIST made = inkan::shim::wrapped();
    made.C_GetFunctionList = C_GetFunctionList;
    return made;
  }();
  *out = &list;
  return CKR_OK;
}

__attribute__((visibility("default"))) void inkan_shim_control(const char* text) {
  if (inkan::shim::rules().replace(text)) inkan::shim::drop_sessions();
}

__attribute__((visibility("default"))) long inkan_shim_calls(const char* function) {
  return inkan::shim::rules().calls(function);
}
}
