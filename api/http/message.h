// One request as handlers see it, and what they answer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/http/peer.h"
#include "api/http/request_head.h"
#include "api/http/target.h"

namespace inkan::api {

struct Request {
  RequestHead head;
  Target target;
  std::string body;  // whole: Content-Length octets
  const Peer* peer;  // borrowed from the connection
  std::string id;    // 26 characters, ours; every answer carries it
};

// A body that is made while it is sent, so that it may be larger than memory. The connection's thread asks
// again and again: octets to send (a bounded part), an empty text for "nothing yet", nothing at the end. If
// it throws, the connection is reset: the client sees a transfer that broke off, never one that looks whole.
using BodySource = std::function<std::optional<std::string>()>;

// Octets that many answers may share, sent without being copied.
using SharedBody = std::shared_ptr<const policy::Bytes>;

struct Response {
  int status = 200;
  std::string content_type;  // empty: no body
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields;  // beside those every response has
  // If one of them is set, it stands instead of `body`; never with 304.
  BodySource source{};
  SharedBody shared{};
  bool close = false;  // the connection ends with it

  Response& with(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

struct Framing {
  std::string request_id;
  std::string date;     // IMF-fixdate
  bool close = false;   // say and do Connection: close
  bool http10 = false;  // the client must be told of keep-alive
  bool head = false;    // HEAD: the fields of GET, no body
};

// The octets of a response, head and body in one string: one write. Of a shared body's and of a streamed
// one's the head; parts follow, of the latter as chunks for HTTP/1.1 and until the connection's end for
// HTTP/1.0 (RFC 9112 §6.3).
std::string serialize(const Response& response, const Framing& framing);
std::string chunk_of(std::string_view part);     // RFC 9112 §7.1; of nothing: the one that ends the body
std::string http_date(policy::Instant instant);  // RFC 9110 §5.6.7

}  // namespace inkan::api
