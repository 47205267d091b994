// How often something may be asked for: a token bucket for all, and one for each address.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace inkan::daemon {

class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  // Each fills at so many a second, and holds as many.
  RateLimit(double per_second, double per_address_second)
      : all_{per_second, {}}, per_second_(per_second), per_address_second_(per_address_second) {}

  // False if the address, or everybody together, asked too often.
  bool take(const std::string& address, Clock::time_point now);
  // Other rates from now on; what each bucket holds stays.
  void set(double per_second, double per_address_second);

 private:
  struct Bucket {
    double left = 0;
    Clock::time_point filled;
  };
  static constexpr std::size_t k_most_addresses = 10'000;
  static void fill(Bucket& bucket, double per_second, Clock::time_point now);

  std::mutex mutex_;  // guards all below
  Bucket all_;
  std::map<std::string, Bucket> addresses_;
  double per_second_, per_address_second_;
};

}  // namespace inkan::daemon
