#include "daemon/witness/witness_server.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

#include "policy/types/error.h"

namespace inkan::daemon::witness {
namespace {

constexpr const char* k_text = "text/plain; charset=utf-8";
constexpr const char* k_size = "text/x.tlog.size";

HttpAnswer answer_to(const policy::WitnessRefusal& refusal) {
  const int status = static_cast<int>(refusal.status);
  if (refusal.last_size) return {status, k_size, std::to_string(*refusal.last_size) + "\n"};
  return {status, k_text, refusal.why + "\n"};
}

class WitnessConnection : public Poco::Net::TCPServerConnection {
 public:
  WitnessConnection(const Poco::Net::StreamSocket& socket, Witness& witness, const WitnessServer::Log& log)
      : TCPServerConnection(socket), witness_(witness), log_(log) {}

  // Nothing that a peer sends may end more than its own connection.
  void run() override {
    const Deadline until = std::chrono::steady_clock::now() + WitnessServer::k_exchange;
    try {
      const auto answer = answer_within(until);
      send_answer(socket(), answer, until);
      log_(socket().peerAddress().toString() + " " + std::to_string(answer.status));
      linger(until);
    } catch (const std::exception& error) {
      log_(std::string("exchange ended: ") + error.what());
    }
  }

 private:
  HttpAnswer answer_within(Deadline until) {
    try {
      return answer_of(witness_, receive_request(socket(), WitnessServer::k_most_body, until));
    } catch (const BadRequest& bad) {
      return {bad.status, k_text, bad.why + "\n"};
    }
  }

  // Closing with octets unread would reset the connection, and the peer might never see its answer. A second,
  // and a bounded amount, is what an honest peer needs.
  void linger(Deadline until) {
    socket().shutdownSend();
    char ignored[4096];
    const Deadline end = std::min(until, std::chrono::steady_clock::now() + std::chrono::seconds(1));
    for (int parts = 0; parts < 64 && std::chrono::steady_clock::now() < end; ++parts) {
      socket().setReceiveTimeout(Poco::Timespan(0, 200'000));
      if (socket().receiveBytes(ignored, sizeof ignored) <= 0) return;
    }
  }

  Witness& witness_;
  const WitnessServer::Log& log_;
};

class WitnessConnections : public Poco::Net::TCPServerConnectionFactory {
 public:
  WitnessConnections(Witness& witness, WitnessServer::Log log) : witness_(witness), log_(std::move(log)) {}
  // Poco owns what is returned.
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return std::make_unique<WitnessConnection>(socket, witness_, log_).release();
  }

 private:
  Witness& witness_;
  WitnessServer::Log log_;
};

class WitnessLimits : public Poco::Net::TCPServerParams {
 public:
  WitnessLimits() {
    setMaxThreads(WitnessServer::k_threads);
    setMaxQueued(WitnessServer::k_waiting);
    // A stop may miss a thread that is about to wait for its next connection: it then ends by this time.
    setThreadIdleTime(Poco::Timespan(0, 500'000));
  }
  ~WitnessLimits() override = default;  // the base's is protected, and make_unique wants it
};

Poco::Net::ServerSocket listen_on(const std::string& host, std::uint16_t port) {
  try {
    Poco::Net::ServerSocket socket;
    // Poco's own way would let another process of this user share the port.
    socket.bind(Poco::Net::SocketAddress(host, port), /*reuseAddress=*/true, /*reusePort=*/false);
    socket.listen(WitnessServer::k_backlog);
    return socket;
  } catch (const Poco::Exception& error) {
    throw policy::Error(policy::ErrorCode::config,
                        "cannot listen on " + host + ":" + std::to_string(port) + ": " + error.displayText());
  }
}

}  // namespace

HttpAnswer answer_of(Witness& witness, const HttpRequest& request) {
  if (request.target != "/add-checkpoint") return {404, k_text, "POST /add-checkpoint is what there is\n"};
  if (request.method != "POST") return {405, k_text, "POST is wanted\n"};
  try {
    const auto decided = witness.add_checkpoint(request.body);
    if (const auto* refusal = std::get_if<policy::WitnessRefusal>(&decided)) return answer_to(*refusal);
    return {200, k_text, std::get<std::string>(decided)};
  } catch (const policy::Error& error) {
    if (error.code() == policy::ErrorCode::invalid_input)
      return {400, k_text, std::string(error.what()) + "\n"};
    return {500, k_text, "the witness could not keep the checkpoint: nothing was cosigned\n"};
  }
}

WitnessServer::WitnessServer(Witness& witness, const std::string& host, std::uint16_t port, Log log)
    : threads_(2, k_threads) {
  // First: what fails here must not leave behind what Poco was to own.
  const auto listening = listen_on(host, port);
  const Poco::Net::TCPServerConnectionFactory::Ptr connections =
      std::make_unique<WitnessConnections>(witness, std::move(log)).release();
  server_ = std::make_unique<Poco::Net::TCPServer>(connections, threads_, listening,
                                                   std::make_unique<WitnessLimits>().release());
  server_->start();
}

WitnessServer::~WitnessServer() {
  server_->stop();
  threads_.joinAll();
}

}  // namespace inkan::daemon::witness
