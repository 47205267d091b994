// Thousands of malformed and hostile requests from a seed, and beside them one client that behaves and must
// be served.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/raw_client.h"

namespace inkan::test {

struct HostileSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  ClientContext context;  // a web tier's identity
  std::string profile = "client-auth";
  int requests = 10'000;
  int workers = 4;
  std::uint32_t seed = 1;
  std::chrono::milliseconds drip_limit{45'000};  // by when a drip-fed request must have been cut
  std::chrono::milliseconds served_within{2'000};
};

struct HostileReport {
  std::map<std::string, int> sent;  // by kind
  std::map<int, int> statuses;
  int cut_drips = 0;
  int served = 0;  // certificates that the well-behaved client was given
  std::chrono::milliseconds slowest{0};
  std::vector<std::string> failures;  // what must not have happened; at most 50 are kept
};

HostileReport run_hostile_load(const HostileSettings& settings);

}  // namespace inkan::test
