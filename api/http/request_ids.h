// Request ids in the shape of a ULID (26 characters of Crockford's base 32): the second, the process, and a
// count.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "policy/types/validity.h"

namespace inkan::api {

// Unique, ordered by second, not secret: an id is for finding a log line, never a right.
class RequestIds {
 public:
  // `process_random`: drawn once per process, so that two processes in one second do not meet.
  RequestIds(std::function<policy::Instant()> now, std::uint64_t process_random)
      : now_(std::move(now)), process_random_(process_random) {}

  std::string next();

 private:
  std::function<policy::Instant()> now_;
  std::uint64_t process_random_;
  std::atomic<std::uint64_t> count_ = 0;
};

}  // namespace inkan::api
