#include "tests/support/simulated_clock.h"

#include <atomic>

#include "daemon/clock.h"

namespace inkan {
namespace {

std::atomic<std::int64_t> g_micros = 0;

}  // namespace

namespace tests {

void set_clock(policy::Instant now) {
  g_micros = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
}

}  // namespace tests

namespace daemon {

policy::InstantMicros now_micros() {
  return policy::InstantMicros(std::chrono::microseconds(g_micros++));
}

policy::Instant now() {
  return std::chrono::floor<std::chrono::seconds>(now_micros());
}

std::int64_t now_milliseconds() {
  return std::chrono::floor<std::chrono::milliseconds>(now_micros()).time_since_epoch().count();
}

}  // namespace daemon
}  // namespace inkan
