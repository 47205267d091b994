// The [ocsp] part of the configuration.
#pragma once

#include <chrono>
#include <cstddef>

namespace inkan::daemon {

struct OcspSettings {
  std::chrono::seconds validity = std::chrono::hours(96);  // nextUpdate after thisUpdate
  std::chrono::seconds max_age = std::chrono::hours(1);    // that HTTP caches may keep an answer for
  std::size_t cache = 20'000;                              // responses in memory, some 1.2 KiB each
  double on_demand = 100;             // signatures a second that strangers may call for …
  double on_demand_per_address = 10;  // … and each address
};

}  // namespace inkan::daemon
