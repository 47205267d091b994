// How long things took, counted by size. Observing costs some ten nanoseconds and takes no lock, so that the
// issuing path can afford it.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace inkan::daemon {

class Histogram {
 public:
  // Upper bounds of the buckets in seconds: from a token in the same machine to a call's deadline.
  static constexpr std::array k_bounds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                          0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   5.0,  10.0};

  struct Counted {
    std::array<std::uint64_t, k_bounds.size() + 1> buckets{};  // not cumulative; the last: beyond all bounds
    double seconds = 0;
  };

  void observe(std::chrono::nanoseconds took) {
    const double seconds = std::chrono::duration<double>(took).count();
    // The first bound not below it: a value on a bound belongs under it (le).
    const auto bucket = std::lower_bound(k_bounds.begin(), k_bounds.end(), seconds) - k_bounds.begin();
    buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
  }

  Counted counted() const {
    Counted counted;
    for (std::size_t i = 0; i < buckets_.size(); ++i) counted.buckets[i] = buckets_[i].load();
    counted.seconds = static_cast<double>(nanoseconds_.load()) / 1e9;
    return counted;
  }

 private:
  std::array<std::atomic<std::uint64_t>, k_bounds.size() + 1> buckets_{};
  std::atomic<std::uint64_t> nanoseconds_{0};
};

}  // namespace inkan::daemon
