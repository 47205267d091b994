// What stands at the other end of a witness's line in tests: a port of one's own, and servers that answer as
// told.
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <string>
#include <thread>

namespace inkan::test {

inline std::uint16_t free_port() {
  const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
  return socket.address().port();
}

// Sends these octets to whoever has sent something, then closes; nothing at all if they are empty.
class CannedServer {
 public:
  explicit CannedServer(std::string answer)
      : CannedServer(std::move(answer), Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0))) {}
  // `socket`: one that listens, of TLS too.
  CannedServer(std::string answer, const Poco::Net::ServerSocket& socket)
      : answer_(std::move(answer)), socket_(socket), thread_([this] { run(); }) {}
  ~CannedServer() {
    stopping_ = true;
    thread_.join();
  }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;
  std::uint16_t port() const { return socket_.address().port(); }
  int asked() const { return asked_; }

 private:
  void run() {
    while (!stopping_) {
      if (!socket_.poll(Poco::Timespan(0, 50'000), Poco::Net::Socket::SELECT_READ)) continue;
      char request[65536];
      try {
        auto peer = socket_.acceptConnection();
        peer.setReceiveTimeout(Poco::Timespan(0, 300'000));
        peer.receiveBytes(request, sizeof request);
        ++asked_;
        while (answer_.empty() && !stopping_) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        peer.sendBytes(answer_.data(), static_cast<int>(answer_.size()));
        peer.shutdownSend();
        while (peer.receiveBytes(request, sizeof request) > 0) {
        }
      } catch (const Poco::Exception&) {  // it left
      }
    }
  }

  std::string answer_;
  Poco::Net::ServerSocket socket_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> asked_ = 0;
  std::thread thread_;
};

}  // namespace inkan::test
