// What a connection asks of the layer above it: an answer to a request, or to bytes that were none.
// Implementations never throw and are called from many threads at once.
#pragma once

#include "api/http/fault.h"
#include "api/http/message.h"

namespace inkan::api {

class Responder {
 public:
  virtual ~Responder() = default;

  virtual std::string request_id() = 0;
  virtual std::string date() = 0;  // for the Date field
  virtual Response answer(const Request& request) = 0;
  // `head` is null if the fault lies in it.
  virtual Response refuse(const Fault& fault, const Peer& peer, const std::string& request_id,
                          const RequestHead* head) = 0;
  virtual void handshake_failed(const std::string& address, const std::string& why) = 0;
};

}  // namespace inkan::api
