// One request as handlers see it, and what they answer.
#pragma once

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

struct Response {
  int status = 200;
  std::string content_type;  // empty: no body
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields;  // beside those every response has

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

// The octets of a response, head and body in one string: one write.
std::string serialize(const Response& response, const Framing& framing);
std::string http_date(policy::Instant instant);  // RFC 9110 §5.6.7

}  // namespace inkan::api
