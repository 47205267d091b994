// One listening port and its worker threads. It takes connections until it is stopped, and lets requests in
// flight finish.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>

#include <memory>
#include <string>

#include "api/http/connection.h"

namespace inkan::api {

class Listener {
 public:
  struct Settings {
    std::string name;  // of its threads
    std::string host;
    std::uint16_t port = 0;
    Limits limits;
    Deadlines deadlines;
    Poco::Net::Context::Ptr tls;  // null: plain HTTP
  };
  // `responder` outlives the listener.
  Listener(Settings settings, Responder& responder);
  ~Listener();  // stops at once
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void start();  // throws Error{config} if the address cannot be had
  // The two halves of a graceful stop, so that several listeners can share one grace.
  void begin_stop();
  void finish_stop(std::chrono::milliseconds grace);

  std::uint16_t port() const { return port_; }
  const Counters& counters() const { return counters_; }
  std::size_t connections() const { return table_.size(); }

 private:
  const Settings settings_;
  Counters counters_;
  ConnectionTable table_;
  ConnectionShare share_;
  Poco::ThreadPool threads_;
  Poco::Net::ServerSocket socket_;
  std::unique_ptr<Poco::Net::TCPServer> server_;  // before the socket and the threads it uses go
  std::uint16_t port_ = 0;
  bool stopped_ = false;
};

}  // namespace inkan::api
