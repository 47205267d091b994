// A client that sends exactly the octets it is given, over TCP or TLS, and reads answers under a deadline. It
// shares no code with the server.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/test_pki.h"

namespace inkan::test {

using ClientContext = std::shared_ptr<SSL_CTX>;

// `trust` in DER; `identity` may be null. `maximum`: TLS1_2_VERSION, or 0 for the newest.
inline ClientContext make_client_context(const policy::Bytes& trust, const TestCertificate* identity,
                                         int maximum = 0) {
  ERR_clear_error();
  ClientContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  const unsigned char* data = trust.data();
  const policy::X509Ptr anchor(d2i_X509(nullptr, &data, static_cast<long>(trust.size())));
  require(X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), anchor.get()) == 1, "trust");
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (maximum) SSL_CTX_set_max_proto_version(context.get(), maximum);
  if (identity) {
    require(SSL_CTX_use_certificate_ASN1(context.get(), static_cast<int>(identity->der.size()),
                                         identity->der.data()) == 1,
            "client certificate");
    require(SSL_CTX_use_PrivateKey(context.get(), identity->key.get()) == 1, "client key");
  }
  return context;
}

struct RawResponse {
  int status = 0;
  std::map<std::string, std::string> fields;  // names in lower case; equal names joined by ", "
  std::string body;

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

class RawClient {
 public:
  using Clock = std::chrono::steady_clock;

  // Throws std::runtime_error if the connection or the handshake fails.
  // `source`: the address to come from; all of 127/8 is this machine.
  static RawClient plain(std::uint16_t port, const std::string& host = "127.0.0.1",
                         const std::string& source = "127.0.0.1") {
    return RawClient(host, port, source);
  }
  static RawClient tls(std::uint16_t port, const ClientContext& context,
                       const std::string& host = "127.0.0.1") {
    RawClient client(host, port, "127.0.0.1");
    client.handshake(context);
    return client;
  }

  RawClient(RawClient&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        ssl_(std::move(other.ssl_)),
        buffer_(std::move(other.buffer_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  // False once the server has closed.
  bool send(const std::string& octets) {
    ERR_clear_error();
    std::size_t sent = 0;
    while (sent < octets.size()) {
      const auto left = octets.size() - sent;
      const long n = ssl_ ? SSL_write(ssl_.get(), octets.data() + sent, static_cast<int>(left))
                          : ::send(descriptor_, octets.data() + sent, left, MSG_NOSIGNAL);
      if (n <= 0) return false;
      sent += static_cast<std::size_t>(n);
    }
    return true;
  }

  // The next whole response (by its Content-Length), or nothing if the connection ends or `within` passes
  // first.
  std::optional<RawResponse> read(std::chrono::milliseconds within = std::chrono::seconds(5),
                                  bool to_head = false) {
    const auto end = Clock::now() + within;
    std::size_t head_end;
    while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos)
      if (!receive(end)) return std::nullopt;
    RawResponse response = parse_head(buffer_.substr(0, head_end + 2));
    buffer_.erase(0, head_end + 4);
    if (!to_head && response.field("transfer-encoding") == "chunked")
      return read_chunks(response, end) ? std::optional(response) : std::nullopt;
    const auto length_text = response.field("content-length");
    const std::size_t length = to_head || length_text.empty() ? 0 : std::stoul(length_text);
    while (buffer_.size() < length)
      if (!receive(end)) return std::nullopt;
    response.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return response;
  }

  std::optional<RawResponse> ask(const std::string& octets,
                                 std::chrono::milliseconds within = std::chrono::seconds(5)) {
    send(octets);  // an early refusal may close before all was sent; its answer can still be read
    return read(within);
  }

  // Whether the server ends the connection within this time without sending anything more.
  bool closes(std::chrono::milliseconds within) {
    const auto end = Clock::now() + within;
    while (receive(end)) {
    }
    return ended_ && buffer_.empty();
  }

  void shutdown_write() { ::shutdown(descriptor_, SHUT_WR); }
  bool ended() const { return ended_; }
  const std::string& unread() const { return buffer_; }
  int descriptor() const { return descriptor_; }
  bool session_reused() const { return SSL_session_reused(ssl_.get()) == 1; }
  SSL* ssl() const { return ssl_.get(); }

 private:
  RawClient(const std::string& host, std::uint16_t port, const std::string& source)
      : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, source.c_str(), &address.sin_addr);
    if (source != "127.0.0.1")
      ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
    ::close(descriptor_);
    throw std::runtime_error("cannot connect to " + host + ":" + std::to_string(port));
  }

  void handshake(const ClientContext& context) {
    ERR_clear_error();
    ssl_.reset(SSL_new(context.get()), SSL_free);
    SSL_set_fd(ssl_.get(), descriptor_);
    const timeval limit{5, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error("handshake: " + policy::openssl_errors());
  }

  // RFC 9112 §7.1, without extensions and trailers.
  bool read_chunks(RawResponse& response, Clock::time_point end) {
    while (true) {
      std::size_t line;
      while ((line = buffer_.find("\r\n")) == std::string::npos)
        if (!receive(end)) return false;
      const std::size_t size = std::stoul(buffer_, nullptr, 16);
      while (buffer_.size() < line + 2 + size + 2)
        if (!receive(end)) return false;
      response.body += buffer_.substr(line + 2, size);
      buffer_.erase(0, line + 2 + size + 2);
      if (size == 0) return true;
    }
  }

  bool receive(Clock::time_point end) {
    char chunk[16 * 1024];
    ERR_clear_error();
    if (!ssl_ || SSL_pending(ssl_.get()) == 0) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
      pollfd waiting{descriptor_, POLLIN, 0};
      if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return false;
    }
    const long n =
        ssl_ ? SSL_read(ssl_.get(), chunk, sizeof chunk) : ::recv(descriptor_, chunk, sizeof chunk, 0);
    if (n <= 0) {
      ended_ = true;
      return false;
    }
    buffer_.append(chunk, static_cast<std::size_t>(n));
    return true;
  }

  static RawResponse parse_head(const std::string& head) {
    RawResponse response;
    response.status = head.size() > 12 && head.starts_with("HTTP/1.1 ") ? std::stoi(head.substr(9, 3)) : 0;
    for (std::size_t line = head.find("\r\n") + 2; line < head.size(); line = head.find("\r\n", line) + 2) {
      const auto colon = head.find(": ", line), end = head.find("\r\n", line);
      std::string name = head.substr(line, colon - line);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      auto& value = response.fields[name];
      value += (value.empty() ? "" : ", ") + head.substr(colon + 2, end - colon - 2);
    }
    return response;
  }

  int descriptor_;
  std::shared_ptr<SSL> ssl_;
  std::string buffer_;
  bool ended_ = false;
};

}  // namespace inkan::test
