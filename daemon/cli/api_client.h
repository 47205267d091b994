// One mTLS connection to the REST API. Verifies the server always; there is no option not to.
#pragma once

#include <ios>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "daemon/cli/context.h"

namespace Poco::Net {
class HTTPResponse;
class HTTPSClientSession;
}  // namespace Poco::Net

namespace inkan::daemon::cli {

struct Response {
  int status = 0;
  std::string request_id;
  nlohmann::json body;  // discarded where it is not JSON
  std::string text;     // the body as received
  bool ok() const { return status >= 200 && status < 300; }
};

using Query = std::vector<std::pair<std::string, std::string>>;

class ApiClient {
 public:
  // Throws Failure{usage} if a file cannot be used or the address is not https://host:port.
  explicit ApiClient(const Context& context);
  ~ApiClient();
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  // All throw Failure{unavailable} if there is no answer. get and post throw Failure{refused} or
  // {unavailable} with the problem document's words if the answer is not 2xx; look hands it over, for a
  // status that is itself the news.
  // `prefer`: the field of that name (RFC 7240).
  Response get(const std::string& path, const Query& query = {}, const std::string& prefer = {});
  Response look(const std::string& path);
  Response look(const std::string& path, const nlohmann::json& body);  // by POST
  // The octets of what has no JSON form. Throws as get does.
  std::string fetch(const std::string& path, const Query& query = {});
  // The same, of any size, into `out`.
  void download(const std::string& path, std::ostream& out);
  Response post(const std::string& path, const nlohmann::json& body, const std::string& idempotency_key,
                const std::string& prefer = {});

 private:
  Response answered(const std::string& method, const std::string& target, const std::string& body,
                    const std::string& idempotency_key, const std::string& prefer = {});
  Response call(const std::string& method, const std::string& target, const std::string& body,
                const std::string& idempotency_key, const std::string& prefer = {});
  // Sends it, and gives the stream of the answer's body.
  std::istream& ask(const std::string& method, const std::string& target, const std::string& body,
                    const std::string& idempotency_key, const std::string& prefer,
                    Poco::Net::HTTPResponse& answer);
  void demand_whole(const Poco::Net::HTTPResponse& answer, std::streamsize octets) const;
  template <class Work>
  auto reaching(Work work);  // what the network throws, as Failure{unavailable}

  std::string api_;
  std::unique_ptr<Poco::Net::HTTPSClientSession> session_;
};

}  // namespace inkan::daemon::cli
