// One connection from handshake to close: it alone reads and writes its socket, one whole request at a time,
// so that an unread body can never be taken for the next request.
#pragma once

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServerConnection.h>

#include <array>

#include "api/http/connection_table.h"
#include "api/http/responder.h"

namespace inkan::api {

// What all connections of a listener share; outlives them.
struct ConnectionShare {
  const Limits& limits;
  ConnectionTable& table;
  Counters& counters;
  Responder& responder;
  bool secure;
};

class Connection : public Poco::Net::TCPServerConnection {
 public:
  Connection(const Poco::Net::StreamSocket& socket, ConnectionShare& share);

  void run() override;

 private:
  using Seat = ConnectionTable::Seat;

  bool handshake(Seat& seat);
  void converse(Seat& seat);
  bool serve_one(Seat& seat);
  std::variant<RequestHead, Fault> read_head();
  std::optional<Fault> check(const RequestHead& head) const;
  void read_body(const RequestHead& head, std::string& body);
  bool refuse(Seat& seat, const Fault& fault, const RequestHead* head);
  bool stream(Seat& seat, const BodySource& source, bool chunked);
  bool send_parts(Seat& seat, const BodySource& source, bool chunked);
  bool send_shared(Seat& seat, policy::BytesView octets);
  void send(std::string_view octets);
  void reset();
  bool receive();  // appends to buffer_; false at the end of the stream
  void linger(Seat& seat);

  ConnectionShare& share_;
  int descriptor_;
  Peer peer_;
  std::string buffer_;  // received, not yet consumed
  std::array<char, 16 * 1024> chunk_;
};

}  // namespace inkan::api
