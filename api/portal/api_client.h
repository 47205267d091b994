// The portal's way to the REST API: calls over a few mTLS connections that are kept open and shared.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "api/json/document.h"
#include "api/log.h"
#include "api/portal/settings.h"

namespace Poco::Net {
class HTTPSClientSession;
}

namespace inkan::api::portal {

struct ApiCall {
  std::string method, target, body;
  std::vector<std::pair<std::string, std::string>> fields;
};

struct ApiAnswer {
  int status = 0;
  Json body;                // discarded where it is not JSON
  std::string request_id;   // the API's own, for its log
  std::string retry_after;  // empty: none
  bool ok() const { return status >= 200 && status < 300; }
};

// Safe from many threads at once: each call has a connection for itself.
class ApiClient {
 public:
  // Throws Error{config} if the files do not make a TLS identity.
  explicit ApiClient(const ApiSettings& settings);
  ~ApiClient();
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  // Any answer there is, whatever its status. Throws Error{unavailable} if there is none within the deadline,
  // or it is larger than an answer of the API to a web tier can be. A call is never made twice: whether the
  // first went through cannot be known.
  ApiAnswer call(const ApiCall& call);

 private:
  using Clock = std::chrono::steady_clock;
  using Session = std::unique_ptr<Poco::Net::HTTPSClientSession>;
  struct Tls;

  Session borrow(Clock::time_point end);
  void give_back(Session session);  // null: it is spent
  ApiAnswer converse(Poco::Net::HTTPSClientSession& session, const ApiCall& call,
                     Clock::time_point end) const;

  const ApiSettings settings_;
  std::unique_ptr<Tls> tls_;
  std::mutex mutex_;  // guards all below
  std::condition_variable returned_;
  std::vector<Session> idle_;
  std::size_t borrowed_ = 0;
};

}  // namespace inkan::api::portal
