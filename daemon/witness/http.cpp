#include "daemon/witness/http.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "policy/types/error.h"

namespace inkan::daemon::witness {
namespace {

using Poco::Net::StreamSocket;
using policy::Error;
using policy::ErrorCode;

constexpr std::size_t k_most_head = 8192;  // octets
constexpr std::string_view k_head_end = "\r\n\r\n";

[[noreturn]] void unavailable(const std::string& what) {
  throw Error(ErrorCode::unavailable, what);
}

Poco::Timespan left_until(Deadline until) {
  const auto left =
      std::chrono::duration_cast<std::chrono::microseconds>(until - std::chrono::steady_clock::now());
  if (left.count() <= 0) unavailable("the peer is too slow");
  return {static_cast<Poco::Timespan::TimeDiff>(left.count())};
}

// Runs what Poco may throw from, and says so in our words.
template <class Act>
auto guarded(Act&& act) {
  try {
    return act();
  } catch (const Poco::TimeoutException&) {
    unavailable("the peer is too slow");
  } catch (const Poco::Exception& error) {
    unavailable(error.displayText());
  }
}

// Appends what comes next; false at the end of the stream.
bool receive_more(StreamSocket& socket, std::string& text, Deadline until) {
  char part[4096];
  const int got = guarded([&] {
    socket.setReceiveTimeout(left_until(until));
    return socket.receiveBytes(part, sizeof part);
  });
  if (got > 0) text.append(part, static_cast<std::size_t>(got));
  return got > 0;
}

void send_all(StreamSocket& socket, std::string_view text, Deadline until) {
  while (!text.empty()) {
    const int sent = guarded([&] {
      socket.setSendTimeout(left_until(until));
      return socket.sendBytes(text.data(), static_cast<int>(text.size()));
    });
    if (sent <= 0) unavailable("the peer took no more");
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// The head, its blank line included, off the front of `text`; what follows it stays there.
std::string receive_head(StreamSocket& socket, std::string& text, Deadline until) {
  for (;;) {
    const auto end = text.find(k_head_end);
    if (std::min(end, text.size()) > k_most_head)
      throw BadRequest{431, "the header has more than 8192 octets"};
    if (end != std::string::npos) {
      std::string head = text.substr(0, end + k_head_end.size());
      text.erase(0, head.size());
      return head;
    }
    if (!receive_more(socket, text, until)) unavailable("the peer left before its header ended");
  }
}

// RFC 9112 §6.3: two lengths, or a length beside a coding, may not be guessed at.
std::size_t body_length(const Poco::Net::HTTPRequest& head, std::size_t most) {
  if (head.has("Transfer-Encoding")) throw BadRequest{411, "a Content-Length is wanted, no transfer coding"};
  std::string value;
  int found = 0;
  for (const auto& [name, text] : head)
    if (Poco::icompare(name, "Content-Length") == 0) value = text, ++found;
  if (found == 0) return 0;
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (found > 1 || value.empty() || end != value.data() + value.size() ||
      error == std::errc::invalid_argument)
    throw BadRequest{400, "the Content-Length is not one number"};
  if (error != std::errc() || length > most)
    throw BadRequest{413, "the body has more than " + std::to_string(most) + " octets"};
  return length;
}

Poco::Net::HTTPRequest parse_request(const std::string& text) {
  try {
    std::istringstream in(text);
    Poco::Net::HTTPRequest head;
    head.read(in);
    return head;
  } catch (const Poco::Exception&) {
    throw BadRequest{400, "the header is not HTTP/1.1"};
  }
}

HttpAnswer parse_answer(const std::string& head_text, std::string body) {
  try {
    std::istringstream in(head_text);
    Poco::Net::HTTPResponse head;
    head.read(in);
    // HTTP/1.0 has none (RFC 9112 §6.1).
    if (head.has("Transfer-Encoding"))
      unavailable("the answer comes in a transfer coding, though asked by HTTP/1.0");
    const auto length = head.getContentLength64();
    if (length >= 0 && static_cast<std::size_t>(length) < body.size())
      body.resize(static_cast<std::size_t>(length));
    if (length >= 0 && static_cast<std::size_t>(length) > body.size()) unavailable("the answer broke off");
    return {head.getStatus(), head.getContentType(), std::move(body)};
  } catch (const Poco::Exception& error) {
    unavailable("the answer is not HTTP: " + error.displayText());
  }
}

const char* reason_of(int status) {
  using Response = Poco::Net::HTTPResponse;
  return Response::getReasonForStatus(static_cast<Response::HTTPStatus>(status)).c_str();
}

}  // namespace

HttpRequest receive_request(StreamSocket& socket, std::size_t most_body, Deadline until) {
  std::string body;
  const auto head = parse_request(receive_head(socket, body, until));
  const std::size_t length = body_length(head, most_body);
  if (body.size() < length && Poco::icompare(head.get("Expect", ""), "100-continue") == 0)
    send_all(socket, "HTTP/1.1 100 Continue\r\n\r\n", until);
  while (body.size() < length)
    if (!receive_more(socket, body, until)) unavailable("the peer left before its body ended");
  body.resize(length);
  return {head.getMethod(), head.getURI(), std::move(body)};
}

void send_answer(StreamSocket& socket, const HttpAnswer& answer, Deadline until) {
  send_all(socket,
           "HTTP/1.1 " + std::to_string(answer.status) + " " + reason_of(answer.status) +
               "\r\nContent-Type: " + answer.type + "\r\nContent-Length: " +
               std::to_string(answer.body.size()) + "\r\nConnection: close\r\n\r\n" + answer.body,
           until);
}

HttpAnswer exchange(StreamSocket& socket, const std::string& host, const HttpRequest& request,
                    std::size_t most_body, Deadline until) {
  std::string head = request.method + " " + request.target + " HTTP/1.0\r\nHost: " + host +
                     "\r\nUser-Agent: inkan\r\nConnection: close\r\n";
  if (request.method == "POST")
    head += "Content-Type: text/plain\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n";
  send_all(socket, head + "\r\n" + request.body, until);
  std::string body;
  std::string answer_head;
  try {
    answer_head = receive_head(socket, body, until);
  } catch (const BadRequest&) {
    unavailable("the answer's header is too long");
  }
  while (body.size() <= most_body && receive_more(socket, body, until)) {
  }
  if (body.size() > most_body)
    unavailable("the answer has more than " + std::to_string(most_body) + " octets");
  return parse_answer(answer_head, std::move(body));
}

HttpAddress HttpAddress::parse(const std::string& url) {
  try {
    const Poco::URI uri(url);
    HttpAddress address{uri.getScheme() == "https", uri.getHost(), uri.getPort(), uri.getPath()};
    while (address.path.ends_with('/')) address.path.pop_back();
    if ((address.tls || uri.getScheme() == "http") && !address.host.empty() && address.port != 0 &&
        uri.getUserInfo().empty() && uri.getRawQuery().empty() && uri.getFragment().empty())
      return address;
  } catch (const Poco::Exception&) {
    // Said below, once for every way to be wrong.
  }
  throw Error(ErrorCode::config, "\"" + url + "\" is not http://host[:port][/path] or https://…");
}

std::string HttpAddress::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

HttpAnswer ask(const HttpAddress& address, const HttpRequest& request, std::size_t most_body,
               Deadline until) {
  StreamSocket socket;
  guarded([&] {
    socket.connect(Poco::Net::SocketAddress(address.host, address.port), left_until(until));
    return 0;
  });
  return exchange(socket, address.authority(), request, most_body, until);
}

}  // namespace inkan::daemon::witness
