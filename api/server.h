// The HTTP edge as the daemon sees it: an mTLS listener for the API, a plain one for public reads, and, where
// it is wanted, a plain one for metrics. It never touches a token or the store; what it wants done goes
// through the port `Authority`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/authority.h"
#include "api/http/counters.h"
#include "api/http/limits.h"
#include "api/http/tls_identity.h"
#include "api/log.h"
#include "api/page/staff_page.h"
#include "api/routes.h"

namespace inkan::api {

struct ServerConfig {
  std::string api_host = "127.0.0.1";
  std::uint16_t api_port = 0;  // 0: any free one; ask api_port()
  std::string public_host = "127.0.0.1";
  std::uint16_t public_port = 0;
  std::string metrics_host;  // empty: no such listener
  std::uint16_t metrics_port = 0;
  Limits limits;
  Deadlines deadlines;
  std::optional<StaffPage> staff = {};  // nothing: the API has no page
};

// An answer that was given, for whoever counts them.
struct Answered {
  const Route* route;  // null: no route, or no request that could be read
  int status;
  std::chrono::nanoseconds took;
};

// What only the daemon may draw: time and chance. Both functions are called from many threads at once.
struct ServerEffects {
  std::function<policy::Instant()> now;
  std::function<std::string()> request_id;  // 26 characters; RequestIds (api/http/request_ids.h) makes them
  Log log;                                  // may be empty
  std::function<void(const Answered&)> answered = {};  // may be empty
};

class HttpServer {
 public:
  // `authority` must outlive the server. Throws Error{config} if a certificate, the key or a trust anchor is
  // unusable.
  HttpServer(ServerConfig config, Authority& authority, TlsIdentity tls, ServerEffects effects);
  ~HttpServer();  // stops at once if stop() was not called
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Binds the ports and serves. Throws Error{config} naming the address that cannot be had.
  void start();
  // Accepts nothing more, closes idle connections, lets requests in flight finish (answered with Connection:
  // close) for as long as `grace`, then cuts the rest. Returns when every thread of the edge has ended. Once
  // only; again is a no-op.
  void stop(std::chrono::milliseconds grace);

  // The server's certificates, renewed on the same key: shown from the next handshake on. Throws
  // Error{config} as the constructor.
  void present(const std::vector<policy::Bytes>& chain);
  // A client certificate may chain to it from now on. Throws Error{config} if it does not parse.
  void trust(policy::BytesView anchor);

  std::uint16_t api_port() const;      // valid after start()
  std::uint16_t public_port() const;   // valid after start()
  std::uint16_t metrics_port() const;  // valid after start(); 0 without that listener
  const Counters& api_counters() const;
  const Counters& public_counters() const;
  std::size_t api_connections() const;  // being served now
  std::size_t public_connections() const;
  std::size_t connections() const { return api_connections() + public_connections(); }

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace inkan::api
