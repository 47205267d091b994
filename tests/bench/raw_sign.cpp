// raw_sign: how many P-256 signatures a second the token itself makes, through bare Cryptoki and nothing of
// ours. The yardstick for issuances. Makes a key of its own and destroys it; never touches another.
//
//   raw_sign MODULE TOKEN_LABEL PIN_FILE SECONDS SESSIONS...      one JSON line per number of sessions
#include <dlfcn.h>
#include <openssl/rand.h>
#include <p11-kit/pkcs11.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

CK_FUNCTION_LIST_PTR p11;

void require(CK_RV rv, const char* call) {
  if (rv == CKR_OK) return;
  std::fprintf(stderr, "raw_sign: %s: 0x%lx\n", call, rv);
  std::exit(1);
}

void load(const char* path) {
  void* handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    std::fprintf(stderr, "raw_sign: %s\n", dlerror());
    std::exit(1);
  }
  const auto list = reinterpret_cast<CK_C_GetFunctionList>(dlsym(handle, "C_GetFunctionList"));
  require(list ? list(&p11) : CKR_GENERAL_ERROR, "C_GetFunctionList");
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  require(p11->C_Initialize(&arguments), "C_Initialize");
}

// CK_TOKEN_INFO pads the label with blanks to 32 octets.
CK_SLOT_ID find_slot(std::string label) {
  label.resize(32, ' ');
  CK_ULONG count = 0;
  require(p11->C_GetSlotList(CK_TRUE, nullptr, &count), "C_GetSlotList");
  std::vector<CK_SLOT_ID> slots(count);
  require(p11->C_GetSlotList(CK_TRUE, slots.data(), &count), "C_GetSlotList");
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    if (p11->C_GetTokenInfo(slot, &info) == CKR_OK &&
        std::string(reinterpret_cast<const char*>(info.label), sizeof info.label) == label)
      return slot;
  }
  std::fprintf(stderr, "raw_sign: no token is labelled so\n");
  std::exit(1);
}

CK_SESSION_HANDLE open_session(CK_SLOT_ID slot) {
  CK_SESSION_HANDLE session = 0;
  require(p11->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session),
          "C_OpenSession");
  return session;
}

void log_in(CK_SESSION_HANDLE session, const char* pin_file) {
  std::ifstream in(pin_file);
  std::string pin;
  std::getline(in, pin);
  require(p11->C_Login(session, CKU_USER, reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size()), "C_Login");
}

struct KeyPair {
  CK_OBJECT_HANDLE public_key = 0, private_key = 0;
};

KeyPair make_key(CK_SESSION_HANDLE session) {
  CK_MECHANISM mechanism{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
  CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  CK_BYTE p256[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
  char label[] = "inkan-bench";
  CK_ATTRIBUTE of_public[] = {{CKA_TOKEN, &yes, 1},
                              {CKA_VERIFY, &yes, 1},
                              {CKA_EC_PARAMS, p256, sizeof p256},
                              {CKA_LABEL, label, 11}};
  CK_ATTRIBUTE of_private[] = {{CKA_TOKEN, &yes, 1},     {CKA_PRIVATE, &yes, 1},    {CKA_SIGN, &yes, 1},
                               {CKA_SENSITIVE, &yes, 1}, {CKA_EXTRACTABLE, &no, 1}, {CKA_LABEL, label, 11}};
  KeyPair key;
  require(p11->C_GenerateKeyPair(session, &mechanism, of_public, 4, of_private, 6, &key.public_key,
                                 &key.private_key),
          "C_GenerateKeyPair");
  return key;
}

void sign_until(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, const std::atomic<bool>& stop,
                std::atomic<long>& total) {
  CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
  CK_BYTE digest[32], signature[64];
  RAND_bytes(digest, sizeof digest);
  long made = 0;
  for (; !stop.load(std::memory_order_relaxed); ++made) {
    ++digest[static_cast<std::size_t>(made) % sizeof digest];
    CK_ULONG length = sizeof signature;
    require(p11->C_SignInit(session, &mechanism, key), "C_SignInit");
    require(p11->C_Sign(session, digest, sizeof digest, signature, &length), "C_Sign");
  }
  total += made;
}

void measure(CK_SLOT_ID slot, CK_OBJECT_HANDLE key, int sessions, double seconds) {
  std::vector<CK_SESSION_HANDLE> handles;
  for (int i = 0; i < sessions; ++i) handles.push_back(open_session(slot));
  std::atomic<bool> stop{false};
  std::atomic<long> total{0};
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (const auto handle : handles)
    threads.emplace_back([&, handle] { sign_until(handle, key, stop, total); });
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stop = true;
  for (auto& thread : threads) thread.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  for (const auto handle : handles) p11->C_CloseSession(handle);
  std::printf("{\"sessions\":%d,\"signatures\":%ld,\"per_second\":%.1f}\n", sessions, total.load(),
              static_cast<double>(total.load()) / took.count());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: raw_sign MODULE TOKEN_LABEL PIN_FILE SECONDS SESSIONS...\n");
    return 2;
  }
  load(argv[1]);
  const CK_SLOT_ID slot = find_slot(argv[2]);
  const CK_SESSION_HANDLE kept = open_session(slot);
  log_in(kept, argv[3]);
  const KeyPair key = make_key(kept);
  for (int i = 5; i < argc; ++i) measure(slot, key.private_key, std::atoi(argv[i]), std::atof(argv[4]));
  p11->C_DestroyObject(kept, key.private_key);
  p11->C_DestroyObject(kept, key.public_key);
  p11->C_Finalize(nullptr);
}
