#include "api/http/listener.h"

#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

#include "policy/types/error.h"

namespace inkan::api {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr int k_backlog = 512;
constexpr int k_thread_idle_seconds = 10;
// Poco gives a thread the whole default stack; 256 of them need no 8 MiB each.
constexpr int k_stack_bytes = 1024 * 1024;

class Factory : public Poco::Net::TCPServerConnectionFactory {
 public:
  explicit Factory(ConnectionShare& share) : share_(share) {}
  // Poco deletes what it is given.
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return std::make_unique<Connection>(socket, share_).release();
  }

 private:
  ConnectionShare& share_;
};

class Filter : public Poco::Net::TCPServerConnectionFilter {
 public:
  explicit Filter(ConnectionTable& table) : table_(table) {}
  bool accept(const Poco::Net::StreamSocket& socket) override {
    try {
      return table_.arrive(socket.impl()->sockfd(), socket.peerAddress().host().toString());
    } catch (const Poco::Exception&) {
      return false;  // gone before it was here
    }
  }

 private:
  ConnectionTable& table_;
};

Poco::Net::ServerSocket listen(const Listener::Settings& settings) {
  try {
    Poco::Net::ServerSocket socket;
    if (settings.tls) socket = Poco::Net::SecureServerSocket(settings.tls);
    // Poco's own constructor sets SO_REUSEPORT: a second daemon would start and take half of the connections.
    socket.bind(Poco::Net::SocketAddress(settings.host, settings.port), true, false);
    socket.listen(k_backlog);
    return socket;
  } catch (const Poco::Exception& error) {
    throw Error(ErrorCode::config, "cannot listen on " + settings.host + ":" + std::to_string(settings.port) +
                                       " (" + error.displayText() +
                                       "): choose a free port and an address of this machine");
  }
}

int worker_threads(const Limits& limits) {
  return static_cast<int>(limits.connections + limits.reserve);
}

}  // namespace

Listener::Listener(Settings settings, Responder& responder)
    : settings_(std::move(settings)),
      table_(settings_.limits, settings_.deadlines, counters_),
      share_{settings_.limits, table_, counters_, responder, !settings_.tls.isNull()},
      threads_(settings_.name, 1, worker_threads(settings_.limits) + 1, k_thread_idle_seconds,
               k_stack_bytes) {}

Listener::~Listener() {
  if (!server_) return;
  begin_stop();
  finish_stop(std::chrono::milliseconds(0));
}

void Listener::start() {
  socket_ = listen(settings_);
  port_ = socket_.address().port();
  auto parameters = Poco::makeAuto<Poco::Net::TCPServerParams>();
  parameters->setMaxThreads(worker_threads(settings_.limits));
  // The table refuses before Poco's queue could be full and drop a connection without a word.
  parameters->setMaxQueued(2 * worker_threads(settings_.limits));
  parameters->setThreadIdleTime(Poco::Timespan(k_thread_idle_seconds, 0));
  server_ = std::make_unique<Poco::Net::TCPServer>(Poco::makeShared<Factory>(share_), threads_, socket_,
                                                   parameters);
  server_->setConnectionFilter(Poco::makeAuto<Filter>(table_));
  server_->start();
}

void Listener::begin_stop() {
  if (!server_ || stopped_) return;
  server_->stop();
  socket_.close();  // else the kernel goes on taking connections that nobody will serve
  table_.begin_stop();
}

void Listener::finish_stop(std::chrono::milliseconds grace) {
  if (!server_ || stopped_) return;
  stopped_ = true;
  if (!table_.wait_empty(grace)) table_.cut_all();
  threads_.joinAll();  // a handler is bounded by its call's deadline
}

}  // namespace inkan::api
