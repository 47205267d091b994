#include "api/server.h"

#include "api/endpoint.h"
#include "api/http/listener.h"
#include "api/http/tls_context.h"

namespace inkan::api {

namespace {

// A scraper or two, and someone with curl.
Limits few_connections(Limits limits) {
  limits.connections = limits.connections_per_address = 8;
  limits.reserve = 2;
  return limits;
}

}  // namespace

// Endpoints before the listeners whose threads call them.
class HttpServer::Parts {
 public:
  Parts(const ServerConfig& config, Authority& authority, const TlsIdentity& tls, ServerEffects given)
      : identity(tls),
        staff(config.staff),
        effects(std::move(given)),
        api_endpoint(authority, effects, config.deadlines.call, Audience::api, staff ? &*staff : nullptr),
        public_endpoint(authority, effects, config.deadlines.call, Audience::open),
        metrics_endpoint(authority, effects, config.deadlines.call, Audience::metrics),
        tls_context(make_tls_context(identity)),
        chain(tls_context),
        api({"api", config.api_host, config.api_port, config.limits, config.deadlines, tls_context},
            api_endpoint),
        open({"public", config.public_host, config.public_port, config.limits, config.deadlines, {}},
             public_endpoint) {
    if (!config.metrics_host.empty())
      metrics.emplace(Listener::Settings{"metrics",
                                         config.metrics_host,
                                         config.metrics_port,
                                         few_connections(config.limits),
                                         config.deadlines,
                                         {}},
                      metrics_endpoint);
  }

  const TlsIdentity identity;  // keeps the key alive for as long as the context may use it
  const std::optional<StaffPage> staff;
  const ServerEffects effects;
  Endpoint api_endpoint, public_endpoint, metrics_endpoint;
  Poco::Net::Context::Ptr tls_context;
  PresentedChain chain;
  Listener api, open;
  std::optional<Listener> metrics;
};

HttpServer::HttpServer(ServerConfig config, Authority& authority, TlsIdentity tls, ServerEffects effects)
    : parts_(std::make_unique<Parts>(config, authority, tls, std::move(effects))) {}

HttpServer::~HttpServer() = default;

void HttpServer::start() {
  if (parts_->metrics) parts_->metrics->start();
  parts_->open.start();
  parts_->api.start();
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  const auto end = std::chrono::steady_clock::now() + grace;
  parts_->api.begin_stop();
  parts_->open.begin_stop();
  parts_->api.finish_stop(grace);
  const auto left = [end] {
    const auto rest = std::chrono::floor<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    return std::max(rest, std::chrono::milliseconds(0));
  };
  parts_->open.finish_stop(left());
  if (!parts_->metrics) return;
  parts_->metrics->begin_stop();
  parts_->metrics->finish_stop(left());
}

void HttpServer::present(const std::vector<policy::Bytes>& chain) {
  parts_->chain.set(chain);
}

void HttpServer::trust(policy::BytesView anchor) {
  add_trust_anchor(*parts_->tls_context, anchor);
}

std::uint16_t HttpServer::api_port() const {
  return parts_->api.port();
}
std::uint16_t HttpServer::public_port() const {
  return parts_->open.port();
}
std::uint16_t HttpServer::metrics_port() const {
  return parts_->metrics ? parts_->metrics->port() : 0;
}
const Counters& HttpServer::api_counters() const {
  return parts_->api.counters();
}
const Counters& HttpServer::public_counters() const {
  return parts_->open.counters();
}
std::size_t HttpServer::api_connections() const {
  return parts_->api.connections();
}
std::size_t HttpServer::public_connections() const {
  return parts_->open.connections();
}

}  // namespace inkan::api
