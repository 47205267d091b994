// What the edge has seen since it started, as plain atomic counters that the metrics page reads.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace inkan::api {

using Counter = std::atomic<std::uint64_t>;

struct Counters {
  Counter accepted = 0;                // connections taken from the kernel
  Counter refused_over_cap = 0;        // answered 503: a connection cap was reached
  Counter closed_beyond_reserve = 0;   // closed without an answer: even the reserve was in use
  Counter evicted_idle = 0;            // idle connections closed to make room
  Counter failed_handshakes = 0;       // TLS failures, timeouts not included
  Counter requests = 0;                // request heads that were read, good or bad
  Counter malformed = 0;               // of these, refused before dispatch
  std::array<Counter, 6> responses{};  // by status class: [2] is 2xx; [0] is never used

  struct TimedOut {
    Counter handshake = 0, header = 0, body = 0, idle = 0, write = 0;
  } timed_out;
};

}  // namespace inkan::api
