// issue_load: certificates a second over POST /v1/certificates, on keep-alive mTLS connections. The requests
// are made before the clock starts, each with a key of its own; every answer is checked to be 201.
//
//   issue_load HOST PORT CA CERT KEY SECONDS CLIENTS [PROFILE]     one JSON line
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "policy/types/bytes.h"
#include "policy/x509/openssl.h"

namespace {

using Clock = std::chrono::steady_clock;
using inkan::policy::openssl_errors;

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "issue_load: %s\n", what.c_str());
  std::_Exit(1);
}

std::string random_hex() {
  std::uint8_t octets[16];
  RAND_bytes(octets, sizeof octets);
  return inkan::policy::to_hex(octets);
}

std::string make_csr() {
  using inkan::policy::EvpPkeyPtr, inkan::policy::X509ReqPtr, inkan::policy::to_base64;
  const EvpPkeyPtr key(EVP_EC_gen("P-256"));
  const X509ReqPtr request(X509_REQ_new());
  const std::string name = "bench-" + random_hex().substr(0, 12);
  X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.data()),
                             static_cast<int>(name.size()), -1, 0);
  X509_REQ_set_pubkey(request.get(), key.get());
  if (X509_REQ_sign(request.get(), key.get(), EVP_sha256()) <= 0)
    die("making a request: " + openssl_errors());
  unsigned char* der = nullptr;
  const int length = i2d_X509_REQ(request.get(), &der);
  const std::string text = to_base64({der, static_cast<std::size_t>(length)});
  OPENSSL_free(der);
  return text;
}

// A whole request, head and body, ready to be written.
std::string make_request(const std::string& host, const std::string& profile) {
  const std::string body = "{\"profile\":\"" + profile + "\",\"csr\":\"" + make_csr() + "\"}";
  return "POST /v1/certificates HTTP/1.1\r\nHost: " + host +
         "\r\nContent-Type: application/json\r\nIdempotency-Key: " + random_hex() +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class Client {
 public:
  Client(SSL_CTX* context, const char* host, int port)
      : ssl_(SSL_new(context)), fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, host, &address.sin_addr);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) die("cannot connect");
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL_set_fd(ssl_, fd_);
    if (SSL_connect(ssl_) != 1) die("TLS handshake: " + openssl_errors());
  }
  ~Client() {
    SSL_shutdown(ssl_);
    SSL_free(ssl_);
    close(fd_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The status; the connection is ready for the next request.
  int exchange(const std::string& request) {
    if (SSL_write(ssl_, request.data(), static_cast<int>(request.size())) <= 0)
      die("the server closed the connection");
    std::size_t head;
    while ((head = in_.find("\r\n\r\n")) == std::string::npos) fill();
    const auto at = in_.find("ontent-Length: ");  // whichever case its first letter has
    if (at == std::string::npos || at > head) die("an answer without Content-Length");
    const auto length = std::strtoul(in_.c_str() + at + 15, nullptr, 10);
    while (in_.size() < head + 4 + length) fill();
    const int status = std::atoi(in_.c_str() + 9);
    if (status != 201) last_refusal_ = in_.substr(0, 600);
    in_.erase(0, head + 4 + length);
    return status;
  }
  const std::string& last_refusal() const { return last_refusal_; }

 private:
  void fill() {
    char part[16384];
    const int got = SSL_read(ssl_, part, sizeof part);
    if (got <= 0) die("the server closed the connection");
    in_.append(part, static_cast<std::size_t>(got));
  }

  SSL* ssl_;
  int fd_;
  std::string in_, last_refusal_;
};

struct Result {
  std::vector<double> milliseconds;
  long errors = 0;
  std::string refusal;
};

void run(Client& client, const std::vector<std::string>& requests, std::atomic<std::size_t>& next,
         Clock::time_point end, Result& result) {
  while (Clock::now() < end) {
    const std::size_t mine = next++;
    if (mine >= requests.size()) return;
    const auto start = Clock::now();
    if (client.exchange(requests[mine]) == 201)
      result.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    else
      ++result.errors, result.refusal = client.last_refusal();
  }
}

SSL_CTX* make_context(char** argv) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_locations(context, argv[3], nullptr) != 1 ||
      SSL_CTX_use_certificate_chain_file(context, argv[4]) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, argv[5], SSL_FILETYPE_PEM) != 1)
    die("certificates: " + openssl_errors());
  return context;
}

double percentile(const std::vector<double>& sorted, double share) {
  return sorted.empty()
             ? 0
             : sorted[std::min(sorted.size() - 1,
                               static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

std::vector<std::string> make_requests(const std::string& host, const std::string& profile,
                                       std::size_t count) {
  std::vector<std::string> requests(count);
  std::vector<std::thread> makers;
  for (std::size_t part = 0; part < 2; ++part)
    makers.emplace_back([&, part] {
      for (std::size_t i = part; i < count; i += 2) requests[i] = make_request(host, profile);
    });
  for (auto& maker : makers) maker.join();
  return requests;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 8) {
    std::fprintf(stderr, "usage: issue_load HOST PORT CA CERT KEY SECONDS CLIENTS [PROFILE]\n");
    return 2;
  }
  const double seconds = std::atof(argv[6]);
  const int clients = std::atoi(argv[7]);
  // More than this machine class can issue in the time: running out would be measured as speed.
  const auto requests = make_requests(argv[1], argc > 8 ? argv[8] : "client-auth",
                                      static_cast<std::size_t>(seconds * 6000) + 100);
  SSL_CTX* context = make_context(argv);
  std::vector<std::unique_ptr<Client>> connections;
  for (int i = 0; i < clients; ++i)
    connections.push_back(std::make_unique<Client>(context, argv[1], std::atoi(argv[2])));

  std::vector<Result> results(static_cast<std::size_t>(clients));
  std::atomic<std::size_t> next{0};
  const auto start = Clock::now(),
             end =
                 start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < results.size(); ++i)
    threads.emplace_back([&, i] { run(*connections[i], requests, next, end, results[i]); });
  for (auto& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(Clock::now() - start).count();
  if (next >= requests.size()) die("ran out of requests: the figure would be wrong");

  std::vector<double> all;
  long errors = 0;
  for (const auto& result : results) {
    all.insert(all.end(), result.milliseconds.begin(), result.milliseconds.end());
    errors += result.errors;
    if (!result.refusal.empty()) std::fprintf(stderr, "issue_load: refused: %s\n", result.refusal.c_str());
  }
  std::sort(all.begin(), all.end());
  std::printf(
      "{\"clients\":%d,\"seconds\":%.3f,\"issued\":%zu,\"errors\":%ld,\"per_second\":%.1f,\"p50_ms\":%.3f,"
      "\"p99_ms\":%.3f}\n",
      clients, took, all.size(), errors, static_cast<double>(all.size()) / took, percentile(all, 0.50),
      percentile(all, 0.99));
  connections.clear();
  SSL_CTX_free(context);
  return errors == 0 ? 0 : 1;
}
