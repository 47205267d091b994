// pool_sign: P-256 signatures a second through this project's own sessions, queue and deadlines; nothing of
// the ledger and no check of the result. To be held against raw_sign. Makes a key of its own and destroys it.
//
//   pool_sign MODULE TOKEN_LABEL PIN_FILE SECONDS SESSIONS:CALLERS...      one JSON line for each
#include <openssl/rand.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "pkcs11/tls_key.h"

namespace {

using namespace inkan;
using Clock = std::chrono::steady_clock;

struct Caller {
  std::vector<double> milliseconds;
};

void call_until(const pkcs11::TlsKey& key, const std::atomic<bool>& stop, Caller& caller) {
  policy::Bytes digest(32);
  RAND_bytes(digest.data(), static_cast<int>(digest.size()));
  while (!stop.load(std::memory_order_relaxed)) {
    ++digest[caller.milliseconds.size() % digest.size()];
    const auto begun = Clock::now();
    key.sign(pkcs11::ecdsa_input(256, digest));
    caller.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
  }
}

void measure(pkcs11::TokenConfig config, const char* pin_file, int sessions, int callers, double seconds) {
  config.sessions = sessions;
  const auto token = pkcs11::Token::open(config, pkcs11::Pin::from_file(pin_file));
  std::array<std::uint8_t, 16> id;
  RAND_bytes(id.data(), static_cast<int>(id.size()));
  const auto record = pkcs11::generate_key(*token, policy::KeyPurpose::tls, policy::KeyAlgorithm::ec_p256, 0,
                                           "bench", policy::KeyId(id));
  double took = 0;
  std::vector<Caller> all(static_cast<std::size_t>(callers));
  {
    const pkcs11::TlsKey key(token, record);
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    const auto begun = Clock::now();
    for (auto& caller : all) threads.emplace_back([&] { call_until(key, stop, caller); });
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    stop = true;
    for (auto& thread : threads) thread.join();
    took = std::chrono::duration<double>(Clock::now() - begun).count();
  }
  pkcs11::destroy_key(*token, record);
  std::vector<double> times;
  for (const auto& caller : all)
    times.insert(times.end(), caller.milliseconds.begin(), caller.milliseconds.end());
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[std::min(times.size() - 1,
                          static_cast<std::size_t>(share * static_cast<double>(times.size())))];
  };
  std::printf("{\"sessions\":%d,\"callers\":%d,\"per_second\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n",
              sessions, callers, static_cast<double>(times.size()) / took, at(0.5), at(0.99));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: pool_sign MODULE TOKEN_LABEL PIN_FILE SECONDS SESSIONS:CALLERS...\n");
    return 2;
  }
  pkcs11::TokenConfig config;
  config.name = "bench";
  config.module = argv[1];
  config.label = argv[2];
  config.queue_deadline = std::chrono::seconds(30);
  try {
    for (int i = 5; i < argc; ++i) {
      int sessions = 0, callers = 0;
      if (std::sscanf(argv[i], "%d:%d", &sessions, &callers) !=
          2)  // NOLINT(cert-err34-c): the ranges are checked
        throw std::runtime_error(std::string(argv[i]) + " is not SESSIONS:CALLERS");
      measure(config, argv[3], sessions, std::max(callers, 1), std::atof(argv[4]));
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pool_sign: %s\n", error.what());
    return 1;
  }
  std::fflush(stdout);
  _exit(0);  // as inkand does: a module's exit handlers and OpenSSL's do not agree
}
