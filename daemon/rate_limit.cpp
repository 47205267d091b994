#include "daemon/rate_limit.h"

#include <algorithm>

namespace inkan::daemon {

void RateLimit::fill(Bucket& bucket, double per_second, Clock::time_point now) {
  const std::chrono::duration<double> passed = now - bucket.filled;
  bucket.left = std::min(std::max(per_second, 1.0), bucket.left + passed.count() * per_second);
  bucket.filled = now;
}

bool RateLimit::take(const std::string& address, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (per_second_ <= 0 || per_address_second_ <= 0) return false;
  if (addresses_.size() >= k_most_addresses) {
    // A full bucket says no more than none. If all are in use, everybody shares what is for all.
    std::erase_if(addresses_, [&](const auto& each) {
      Bucket bucket = each.second;
      fill(bucket, per_address_second_, now);
      return bucket.left >= std::max(per_address_second_, 1.0);
    });
  }
  fill(all_, per_second_, now);
  if (all_.left < 1) return false;
  if (addresses_.size() < k_most_addresses || addresses_.contains(address)) {
    auto& own =
        addresses_.try_emplace(address, Bucket{std::max(per_address_second_, 1.0), now}).first->second;
    fill(own, per_address_second_, now);
    if (own.left < 1) return false;
    --own.left;
  }
  --all_.left;
  return true;
}

void RateLimit::set(double per_second, double per_address_second) {
  const std::lock_guard lock(mutex_);
  per_second_ = per_second;
  per_address_second_ = per_address_second;
}

}  // namespace inkan::daemon
