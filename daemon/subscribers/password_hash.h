// Passwords as Argon2id hashes (RFC 9106). What each hash costs is written in it, so the cost can be raised
// later without anyone's password.
#pragma once

#include <chrono>
#include <semaphore>
#include <string>
#include <string_view>

namespace inkan::daemon {

// OWASP's second choice: 19 MiB, two passes.
struct PasswordCost {
  int memory_kib = 19'456;
  int passes = 2;
};

class PasswordHasher {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  static constexpr int k_at_once = 2;  // memory is the point of it: strangers must not make us spend it all

  explicit PasswordHasher(PasswordCost cost);

  // Whether the hash costs what one made now would.
  bool is_current(const std::string& hash) const;
  // All of them wait their turn; Error{unavailable} if that has not come by the deadline.
  std::string hash(std::string_view password, Deadline deadline);
  bool verify(const std::string& hash, std::string_view password, Deadline deadline);
  // As long as verify(), for a user that there is not: always false (rule A12).
  bool verify_nobody(std::string_view password, Deadline deadline);

 private:
  class Turn;

  std::string hash_now(std::string_view password) const;

  PasswordCost cost_;
  std::counting_semaphore<k_at_once> turns_{k_at_once};
  std::string nobody_;  // of a password that nobody knows
};

}  // namespace inkan::daemon
