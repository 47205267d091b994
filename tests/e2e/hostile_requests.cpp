// Sends seeded hostile requests to a running daemon and asserts each answer; exit status 0 if all was as it
// must be.
//   hostile_requests HOST PORT CA.pem CERT.pem KEY.pem [REQUESTS [SEED [PROFILE]]]
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/e2e/hostile_load.h"

namespace {

using namespace inkan::test;

ClientContext load_context(const char* trust, const char* certificate, const char* key) {
  ClientContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  require(SSL_CTX_load_verify_locations(context.get(), trust, nullptr) == 1, trust);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  require(SSL_CTX_use_certificate_chain_file(context.get(), certificate) == 1, certificate);
  require(SSL_CTX_use_PrivateKey_file(context.get(), key, SSL_FILETYPE_PEM) == 1, key);
  return context;
}

int run(int argc, char** argv) {
  if (argc < 6 || argc > 9) {
    std::cerr << "usage: hostile_requests HOST PORT CA.pem CERT.pem KEY.pem [REQUESTS [SEED [PROFILE]]]\n";
    return 2;
  }
  HostileSettings settings;
  settings.host = argv[1];
  settings.port = static_cast<std::uint16_t>(std::stoul(argv[2]));
  settings.context = load_context(argv[3], argv[4], argv[5]);
  if (argc > 6) settings.requests = std::stoi(argv[6]);
  if (argc > 7) settings.seed = static_cast<std::uint32_t>(std::stoul(argv[7]));
  if (argc > 8) settings.profile = argv[8];
  const auto report = run_hostile_load(settings);
  for (const auto& [kind, count] : report.sent) std::cout << kind << ": " << count << "\n";
  for (const auto& [status, count] : report.statuses)
    std::cout << "status " << status << ": " << count << "\n";
  std::cout << "drip-fed connections cut: " << report.cut_drips << "\n"
            << "certificates issued beside them: " << report.served << ", slowest " << report.slowest.count()
            << " ms\n";
  for (const auto& failure : report.failures)
    std::cerr << "FAILED "
              << nlohmann::json(failure).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace)
              << "\n";
  return report.failures.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "hostile_requests: " << error.what() << "\n";
    return 2;
  }
}
