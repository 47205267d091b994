#include "daemon/ledger/witness_client.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <sys/socket.h>

#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

constexpr std::chrono::seconds k_exchange(10);
const Poco::Timespan k_connect(3, 0);
constexpr std::size_t k_most_answer = 64 * 1024;  // octets: a few signature lines

Poco::Net::Context::Ptr witness_tls(const WitnessSettings& settings) {
  try {
    Poco::Net::Context::Ptr tls =
        std::make_unique<Poco::Net::Context>(Poco::Net::Context::TLS_CLIENT_USE, "", "", settings.ca.string(),
                                             Poco::Net::Context::VERIFY_STRICT, 9, settings.ca.empty())
            .release();
    tls->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    return tls;
  } catch (const Poco::Exception& error) {
    throw Error(ErrorCode::config, "witness " + settings.verifier.name() + ": " + settings.ca.string() +
                                       " holds no CA certificates in PEM: " + error.displayText());
  }
}

void shut(Poco::Net::StreamSocket& socket) {
  ::shutdown(socket.impl()->sockfd(), SHUT_RDWR);
}

}  // namespace

// The socket, known to those who may cut it for as long as it is used.
class WitnessClient::Open {
 public:
  Open(WitnessClient& client, const Poco::Net::StreamSocket& socket, witness::Deadline until)
      : client_(client) {
    const std::lock_guard lock(client_.mutex_);
    if (client_.stopping_) throw Error(ErrorCode::unavailable, "the daemon is stopping");
    client_.socket_ = socket;
    client_.until_ = until;
  }
  ~Open() {
    const std::lock_guard lock(client_.mutex_);
    client_.socket_.reset();
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;

 private:
  WitnessClient& client_;
};

WitnessClient::WitnessClient(const WitnessSettings& settings)
    : address_(settings.address), tls_(address_.tls ? witness_tls(settings) : nullptr) {}

witness::HttpAnswer WitnessClient::add_checkpoint(const std::string& body) {
  const witness::Deadline until = std::chrono::steady_clock::now() + k_exchange;
  try {
    Poco::Net::StreamSocket socket = connect();
    const Open open(*this, socket, until);
    if (tls_) Poco::Net::SecureStreamSocket(socket).completeHandshake();
    if (tls_) Poco::Net::SecureStreamSocket(socket).verifyPeerCertificate();
    return witness::exchange(socket, address_.authority(), {"POST", address_.path + "/add-checkpoint", body},
                             k_most_answer, until);
  } catch (const Poco::Net::SSLException& error) {
    throw Error(ErrorCode::unavailable,
                "TLS with " + address_.authority() + " failed: " + error.displayText());
  } catch (const Poco::Exception& error) {
    throw Error(ErrorCode::unavailable, address_.authority() + ": " + error.displayText());
  }
}

// The handshake comes later, where it can be cut.
Poco::Net::StreamSocket WitnessClient::connect() const {
  const Poco::Net::SocketAddress address(address_.host, address_.port);
  if (!tls_) {
    Poco::Net::StreamSocket socket;
    socket.connect(address, k_connect);
    return socket;
  }
  Poco::Net::SecureStreamSocket socket(tls_);
  socket.setLazyHandshake(true);
  socket.setPeerHostName(address_.host);
  socket.connect(address, k_connect);
  socket.setReceiveTimeout(k_connect);
  socket.setSendTimeout(k_connect);
  return socket;
}

void WitnessClient::cut_if_late() {
  const std::lock_guard lock(mutex_);
  if (socket_ && std::chrono::steady_clock::now() > until_) shut(*socket_);
}

void WitnessClient::cut() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  if (socket_) shut(*socket_);
}

}  // namespace inkan::daemon
