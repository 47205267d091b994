// One HTTP exchange over a socket, with a bound on octets and an end in time, whatever the peer does. Each
// connection carries one exchange; nothing is kept alive.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <string>

namespace inkan::daemon::witness {

using Deadline = std::chrono::steady_clock::time_point;

struct HttpRequest {
  std::string method, target, body;
};

struct HttpAnswer {
  int status = 0;
  std::string type, body;  // the Content-Type
};

// What the peer sent is no request we take; `status` is the answer to give.
struct BadRequest {
  int status;
  std::string why;
};

// Throws BadRequest, or policy::Error{unavailable} if the peer is gone or too slow.
HttpRequest receive_request(Poco::Net::StreamSocket& socket, std::size_t most_body, Deadline until);
void send_answer(Poco::Net::StreamSocket& socket, const HttpAnswer& answer, Deadline until);

// Asks as HTTP/1.0, to which an answer is one piece that ends with the connection. `host` as in the URL, with
// its port. Throws policy::Error{unavailable} for an answer that is late, too long or not HTTP.
HttpAnswer exchange(Poco::Net::StreamSocket& socket, const std::string& host, const HttpRequest& request,
                    std::size_t most_body, Deadline until);

// "http://host[:port][/path]" or "https://…", in parts; the path without a slash at its end. Throws
// policy::Error{config} for anything else, a query and a user's name included.
struct HttpAddress {
  bool tls = false;
  std::string host;
  std::uint16_t port = 0;
  std::string path;

  static HttpAddress parse(const std::string& url);
  std::string authority() const;  // host:port, an IPv6 host in brackets
};

// A plain exchange with that address: connects, asks, closes.
HttpAnswer ask(const HttpAddress& address, const HttpRequest& request, std::size_t most_body, Deadline until);

}  // namespace inkan::daemon::witness
