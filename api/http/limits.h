// How much and how long the edge lets a peer take: one struct, so that the operator's file and a test set the
// same values.
#pragma once

#include <chrono>
#include <cstddef>

namespace inkan::api {

struct Limits {
  std::size_t header_bytes = 16 * 1024;  // request line and fields, with the empty line that ends them
  std::size_t header_fields = 100;
  std::size_t target_bytes = 2 * 1024;  // the request target: path and query
  std::size_t body_bytes = 1024 * 1024;
  std::size_t connections = 256;  // served at once, per listener
  std::size_t connections_per_address = 64;
  // Above the cap, so many more get a thread, finish their handshake and are told 503; beyond it they are
  // closed.
  std::size_t reserve = 32;
};

// Each is a total, not a pause between two octets: a peer that sends one octet a second gains nothing.
struct Deadlines {
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds header{10'000};
  std::chrono::milliseconds body{30'000};
  std::chrono::milliseconds write{30'000};
  std::chrono::milliseconds idle{15'000};       // between two requests
  std::chrono::milliseconds crowded_idle{500};  // the same, while most of the connection cap is in use
  std::chrono::milliseconds over_cap{2'000};    // handshake and the answer 503
  std::chrono::milliseconds linger{
      1'000};  // reading what a refused peer still sends, so that it sees the answer
  std::chrono::milliseconds call{30'000};  // what a handler gives the authority
};

}  // namespace inkan::api
