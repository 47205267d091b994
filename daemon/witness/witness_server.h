// POST /add-checkpoint over plain HTTP (C2SP tlog-witness). Who is asked for is in the checkpoint's
// signature; callers are not authenticated, so each may take only so much of the witness's time.
#pragma once

#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>

#include <functional>
#include <memory>

#include "daemon/witness/http.h"
#include "daemon/witness/witness.h"

namespace inkan::daemon::witness {

class WitnessServer {
 public:
  static constexpr std::size_t k_most_body = 64 * 1024;  // octets
  static constexpr std::chrono::seconds k_exchange{10};  // from the accepted connection to its end
  static constexpr int k_threads = 16, k_waiting = 64;   // connections; further ones are closed
  static constexpr int k_backlog = 1024;                 // in the kernel

  using Log = std::function<void(const std::string&)>;

  // Listens from now on. Throws policy::Error{config} if the address cannot be used.
  WitnessServer(Witness& witness, const std::string& host, std::uint16_t port, Log log);
  ~WitnessServer();  // waits for the exchanges under way
  WitnessServer(const WitnessServer&) = delete;
  WitnessServer& operator=(const WitnessServer&) = delete;

  std::uint16_t port() const { return server_->port(); }

 private:
  Poco::ThreadPool threads_;
  std::unique_ptr<Poco::Net::TCPServer> server_;
};

// The answer to a request that was read whole; for tests too.
HttpAnswer answer_of(Witness& witness, const HttpRequest& request);

}  // namespace inkan::daemon::witness
