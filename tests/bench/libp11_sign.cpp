// libp11_sign: P-256 signatures a second through libp11 and OpenSSL's EVP_PKEY_sign over a digest, the way
// most programs sign with a token. To be held against raw_sign and pool_sign. Uses the one private key of
// that label.
//
//   libp11_sign MODULE TOKEN_LABEL PIN_FILE SECONDS KEY_LABEL THREADS...      one JSON line per number of
//   threads
#include <libp11.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "policy/x509/openssl.h"

namespace {

using inkan::policy::openssl_errors;

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "libp11_sign: %s: %s\n", what, openssl_errors().c_str());
  std::_Exit(1);
}

// Lent by libp11 until the process ends: giving slots back while an EVP_PKEY lives would be a use after free.
EVP_PKEY* find_key(const char* module, const std::string& token_label, const char* pin_file,
                   const std::string& label) {
  PKCS11_CTX* const context = PKCS11_CTX_new();
  require(PKCS11_CTX_load(context, module) == 0, "loading the module");
  PKCS11_SLOT* slots = nullptr;
  unsigned int count = 0;
  require(PKCS11_enumerate_slots(context, &slots, &count) == 0, "listing the slots");
  PKCS11_SLOT* slot = nullptr;
  for (unsigned int i = 0; i < count; ++i)
    if (slots[i].token && slots[i].token->initialized && slots[i].token->label == token_label)
      slot = &slots[i];
  require(slot != nullptr, "no token is labelled so");
  std::ifstream in(pin_file);
  std::string pin;
  std::getline(in, pin);
  require(PKCS11_open_session(slot, 0) == 0, "opening a session");
  require(PKCS11_login(slot, 0, pin.c_str()) == 0, "logging in");
  PKCS11_KEY* keys = nullptr;
  require(PKCS11_enumerate_keys(slot->token, &keys, &count) == 0, "listing the keys");
  for (unsigned int i = 0; i < count; ++i)
    if (keys[i].label == label) return PKCS11_get_private_key(&keys[i]);
  require(false, "no private key is labelled so");
  return nullptr;
}

void sign_until(EVP_PKEY* key, const std::atomic<bool>& stop, std::atomic<long>& total) {
  const inkan::policy::EvpPkeyCtxPtr context(EVP_PKEY_CTX_new(key, nullptr));
  require(context && EVP_PKEY_sign_init(context.get()) == 1, "EVP_PKEY_sign_init");
  unsigned char digest[32], signature[80];
  RAND_bytes(digest, sizeof digest);
  std::size_t size = 0;
  long made = 0;
  for (; !stop.load(std::memory_order_relaxed); ++made) {
    ++digest[static_cast<std::size_t>(made) % sizeof digest];
    size = sizeof signature;
    require(EVP_PKEY_sign(context.get(), signature, &size, digest, sizeof digest) == 1, "EVP_PKEY_sign");
  }
  const inkan::policy::EvpPkeyCtxPtr judge(EVP_PKEY_CTX_new(key, nullptr));
  require(judge && EVP_PKEY_verify_init(judge.get()) == 1 &&
              EVP_PKEY_verify(judge.get(), signature, size, digest, sizeof digest) == 1,
          "the last signature does not verify");
  total += made;
}

void measure(EVP_PKEY* key, int threads, double seconds) {
  std::atomic<bool> stop{false};
  std::atomic<long> total{0};
  std::vector<std::thread> all;
  all.reserve(static_cast<std::size_t>(threads));
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < threads; ++i) all.emplace_back([&] { sign_until(key, stop, total); });
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stop = true;
  for (auto& thread : all) thread.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("{\"threads\":%d,\"per_second\":%.1f}\n", threads,
              static_cast<double>(total.load()) / took.count());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(stderr, "usage: libp11_sign MODULE TOKEN_LABEL PIN_FILE SECONDS KEY_LABEL THREADS...\n");
    return 2;
  }
  EVP_PKEY* const key = find_key(argv[1], argv[2], argv[3], argv[5]);
  for (int i = 6; i < argc; ++i) measure(key, std::atoi(argv[i]), std::atof(argv[4]));
  _exit(0);
}
