#include "daemon/clock.h"

// Alone in this file: the tests that walk years of life in seconds are linked with another (tests/support/
// simulated_clock.cpp) in its place. A release has no other.
namespace inkan::daemon {

policy::InstantMicros now_micros() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

policy::Instant now() {
  return std::chrono::floor<std::chrono::seconds>(now_micros());
}

std::int64_t now_milliseconds() {
  return std::chrono::floor<std::chrono::milliseconds>(now_micros()).time_since_epoch().count();
}

}  // namespace inkan::daemon
