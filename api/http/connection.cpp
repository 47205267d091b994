#include "api/http/connection.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <sys/socket.h>

#include "api/http/tls_context.h"

namespace inkan::api {
namespace {

// The peer left in the middle of something: there is nobody to answer.
struct PeerGone {};

constexpr std::size_t k_part = 1024 * 1024;  // octets of a shared body that are sent in one go
// How much a refused peer may still send while it is given the chance to read its answer.
constexpr std::size_t k_linger_bytes = 8 * 1024 * 1024;

Fault over_cap() {
  return {503, "too many connections are open",
          "close idle connections and try again after the time in Retry-After"};
}

}  // namespace

Connection::Connection(const Poco::Net::StreamSocket& socket, ConnectionShare& share)
    : TCPServerConnection(socket), share_(share), descriptor_(socket.impl()->sockfd()) {}

// The seat is given up before the base class closes the descriptor, which the table would otherwise shut down
// by number.
void Connection::run() {
  Seat seat(share_.table, descriptor_, share_.secure ? Phase::handshake : Phase::quiet);
  peer_.address = seat.address();
  peer_.secure = share_.secure;
  try {
    if (share_.secure && !handshake(seat)) return;
    converse(seat);
  } catch (const PeerGone&) {
  } catch (const Poco::Exception&) {
    // The socket failed, or the table cut it: what there is to say of that was counted there.
  }
}

bool Connection::handshake(Seat& seat) {
  try {
    complete_handshake(socket());
    peer_.certificate = peer_certificate(socket());
    peer_.shown = shown_certificate(socket());
  } catch (const std::exception& error) {
    if (!seat.enter(Phase::linger)) return false;  // cut by its deadline, and counted so
    ++share_.counters.failed_handshakes;
    const auto* poco = dynamic_cast<const Poco::Exception*>(&error);
    // A peer that hangs up is not a refusal worth a line: port scans and health probes do it all day.
    if (!dynamic_cast<const Poco::Net::SSLConnectionUnexpectedlyClosedException*>(&error))
      share_.responder.handshake_failed(peer_.address, poco ? poco->displayText() : error.what());
    return false;
  }
  return seat.enter(Phase::quiet);
}

void Connection::converse(Seat& seat) {
  if (!seat.served()) {
    refuse(seat, over_cap(), nullptr);
    return;
  }
  while (!buffer_.empty() || receive()) {
    if (!seat.enter(Phase::header) || !serve_one(seat)) return;
    if (buffer_.empty() && !seat.enter(Phase::idle)) return;
  }
}

bool Connection::serve_one(Seat& seat) {
  auto read = read_head();
  ++share_.counters.requests;
  if (const auto* fault = std::get_if<Fault>(&read)) return refuse(seat, *fault, nullptr);
  Request request{std::get<RequestHead>(std::move(read)), {}, {}, &peer_, {}};
  auto target = parse_target(request.head.target);
  if (const auto* fault = std::get_if<Fault>(&target)) return refuse(seat, *fault, &request.head);
  request.target = std::get<Target>(std::move(target));
  if (const auto fault = check(request.head)) return refuse(seat, *fault, &request.head);
  if (!seat.enter(Phase::body)) return false;
  read_body(request.head, request.body);
  if (!seat.enter(Phase::handle)) return false;
  request.id = share_.responder.request_id();
  const auto response = share_.responder.answer(request);
  ++share_.counters.responses[static_cast<std::size_t>(response.status / 100)];
  const bool head = request.head.method == "HEAD", http10 = request.head.http10;
  const bool streamed = response.source && !head;
  // To HTTP/1.0 only the connection's end tells where a streamed body ends.
  const bool close =
      !request.head.keep_alive || response.close || share_.table.stopping() || (streamed && http10);
  const auto octets = serialize(response, {request.id, share_.responder.date(), close, http10, head});
  if (!seat.enter(Phase::write)) return false;
  send(octets);
  if (response.shared && !head && !send_shared(seat, *response.shared)) return false;
  return (!streamed || stream(seat, response.source, !http10)) && !close;
}

// Each part has a write deadline of its own: what is large may take long, if only it goes on. Its length was
// told, so a peer sees it if it breaks off.
bool Connection::send_shared(Seat& seat, policy::BytesView octets) {
  for (std::size_t part = 0; !octets.empty(); octets = octets.subspan(part)) {
    if (!seat.enter(Phase::write)) return false;
    part = std::min(octets.size(), k_part);
    send(policy::as_text(octets.first(part)));
  }
  return true;
}

// False: it broke off.
bool Connection::stream(Seat& seat, const BodySource& source, bool chunked) {
  try {
    if (send_parts(seat, source, chunked)) return true;
  } catch (...) {
    // The source failed (its maker has logged why), the peer left, or the table cut a peer that does not
    // read.
  }
  reset();
  return false;
}

// Each part has a write deadline of its own; the source's turn is bounded by itself.
bool Connection::send_parts(Seat& seat, const BodySource& source, bool chunked) {
  while (seat.enter(Phase::handle)) {
    const auto part = source();
    if (part && part->empty()) continue;
    if (!seat.enter(Phase::write)) return false;
    if (!part) {
      if (chunked) send(chunk_of(""));
      return true;
    }
    send(chunked ? chunk_of(*part) : *part);
  }
  return false;
}

std::variant<RequestHead, Fault> Connection::read_head() {
  HeadScanner scanner(share_.limits);
  while (true) {
    const auto scanned = scanner.scan(buffer_);
    if (const auto* fault = std::get_if<Fault>(&scanned)) return *fault;
    if (const auto* found = std::get_if<HeadScanner::Found>(&scanned)) {
      auto head = parse_request_head(std::string_view(buffer_).substr(0, found->size), share_.limits);
      buffer_.erase(0, found->size);
      return head;
    }
    if (!receive()) throw PeerGone{};
  }
}

std::optional<Fault> Connection::check(const RequestHead& head) const {
  if (head.content_length <= share_.limits.body_bytes) return std::nullopt;
  return Fault{413,
               "the body of " + std::to_string(head.content_length) + " octets is larger than the limit of " +
                   std::to_string(share_.limits.body_bytes),
               "send a smaller body"};
}

void Connection::read_body(const RequestHead& head, std::string& body) {
  const auto length = static_cast<std::size_t>(head.content_length);
  if (head.expects_continue && buffer_.size() < length) send("HTTP/1.1 100 Continue\r\n\r\n");
  while (buffer_.size() < length)
    if (!receive()) throw PeerGone{};
  body = buffer_.substr(0, length);
  buffer_.erase(0, length);
}

// Always false: after a refusal the rest of the stream cannot be trusted to begin with a request.
bool Connection::refuse(Seat& seat, const Fault& fault, const RequestHead* head) {
  if (seat.served()) ++share_.counters.malformed;
  const auto id = share_.responder.request_id();
  const auto response = share_.responder.refuse(fault, peer_, id, head);
  ++share_.counters.responses[static_cast<std::size_t>(response.status / 100)];
  if (!seat.enter(Phase::write)) return false;
  send(serialize(response, {id, share_.responder.date(), true, false, head && head->method == "HEAD"}));
  linger(seat);
  return false;
}

void Connection::send(std::string_view octets) {
  // Handlers leave noise in this thread's OpenSSL error queue, which SSL_get_error would take for its own.
  if (share_.secure) ERR_clear_error();
  if (socket().sendBytes(octets.data(), static_cast<int>(octets.size())) != static_cast<int>(octets.size()))
    throw PeerGone{};
}

// A half-sent body must not end like a whole one: no FIN, no close_notify of TLS, which to HTTP/1.0 are its
// end, but a reset. Dissolving the association is the way to one that leaves the descriptor open
// (connect(2)).
void Connection::reset() {
  const sockaddr nobody{AF_UNSPEC, {}};
  if (::connect(descriptor_, &nobody, sizeof nobody) != 0) ::shutdown(descriptor_, SHUT_RDWR);
}

bool Connection::receive() {
  if (share_.secure) ERR_clear_error();
  const int received = socket().receiveBytes(chunk_.data(), static_cast<int>(chunk_.size()));
  if (received <= 0) return false;
  buffer_.append(chunk_.data(), static_cast<std::size_t>(received));
  return true;
}

// RFC 9112 §9.6: closing with octets unread sends a reset, which may take the answer from the peer's hands.
// Here the peer's octets are only thrown away, so those of TLS need not be deciphered.
void Connection::linger(Seat& seat) {
  if (!seat.enter(Phase::linger)) return;
  if (!share_.secure) ::shutdown(descriptor_, SHUT_WR);
  std::size_t total = 0;
  while (total < k_linger_bytes) {
    const auto received = ::recv(descriptor_, chunk_.data(), chunk_.size(), 0);
    if (received <= 0) return;
    total += static_cast<std::size_t>(received);
  }
}

}  // namespace inkan::api
