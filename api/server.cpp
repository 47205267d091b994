#include "api/server.h"

#include "api/endpoint.h"
#include "api/http/listener.h"
#include "api/http/tls_context.h"

namespace inkan::api {

// Endpoints before the listeners whose threads call them.
class HttpServer::Parts {
 public:
  Parts(const ServerConfig& config, Authority& authority, const TlsIdentity& tls, ServerEffects given)
      : identity(tls),
        effects(std::move(given)),
        api_endpoint(authority, effects, config.deadlines.call, true),
        public_endpoint(authority, effects, config.deadlines.call, false),
        api({"api", config.api_host, config.api_port, config.limits, config.deadlines,
             make_tls_context(identity)},
            api_endpoint),
        open({"public", config.public_host, config.public_port, config.limits, config.deadlines, {}},
             public_endpoint) {}

  const TlsIdentity identity;  // keeps the key alive for as long as the context may use it
  const ServerEffects effects;
  Endpoint api_endpoint, public_endpoint;
  Listener api, open;
};

HttpServer::HttpServer(ServerConfig config, Authority& authority, TlsIdentity tls, ServerEffects effects)
    : parts_(std::make_unique<Parts>(config, authority, tls, std::move(effects))) {}

HttpServer::~HttpServer() = default;

void HttpServer::start() {
  parts_->open.start();
  parts_->api.start();
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  const auto end = std::chrono::steady_clock::now() + grace;
  parts_->api.begin_stop();
  parts_->open.begin_stop();
  parts_->api.finish_stop(grace);
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  parts_->open.finish_stop(std::max(left, std::chrono::milliseconds(0)));
}

std::uint16_t HttpServer::api_port() const {
  return parts_->api.port();
}
std::uint16_t HttpServer::public_port() const {
  return parts_->open.port();
}
const Counters& HttpServer::api_counters() const {
  return parts_->api.counters();
}
const Counters& HttpServer::public_counters() const {
  return parts_->open.counters();
}
std::size_t HttpServer::connections() const {
  return parts_->api.connections() + parts_->open.connections();
}

}  // namespace inkan::api
