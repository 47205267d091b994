#include "daemon/subscribers/password_hash.h"

#include <argon2.h>
#include <array>

#include "daemon/clock.h"
#include "policy/types/bytes.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

constexpr std::size_t k_salt = 16, k_hash = 32;  // octets (RFC 9106 §4)

}  // namespace

class PasswordHasher::Turn {
 public:
  Turn(PasswordHasher& hasher, Deadline deadline) : hasher_(hasher) {
    if (!hasher_.turns_.try_acquire_until(deadline))
      throw Error(ErrorCode::unavailable, "too many passwords are being checked at this moment");
  }
  ~Turn() { hasher_.turns_.release(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  PasswordHasher& hasher_;
};

PasswordHasher::PasswordHasher(PasswordCost cost) : cost_(cost) {
  std::array<std::uint8_t, 32> password;
  random_octets(password);
  nobody_ = hash_now(policy::to_hex(password));
}

std::string PasswordHasher::hash_now(std::string_view password) const {
  std::array<std::uint8_t, k_salt> salt;
  random_octets(salt);
  const auto memory = static_cast<std::uint32_t>(cost_.memory_kib);
  const auto passes = static_cast<std::uint32_t>(cost_.passes);
  std::string encoded(argon2_encodedlen(passes, memory, 1, k_salt, k_hash, Argon2_id), '\0');
  const int status = argon2id_hash_encoded(passes, memory, 1, password.data(), password.size(), salt.data(),
                                           salt.size(), k_hash, encoded.data(), encoded.size());
  if (status != ARGON2_OK)
    throw Error(ErrorCode::internal, std::string("Argon2id failed: ") + argon2_error_message(status));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool PasswordHasher::is_current(const std::string& hash) const {
  return hash.find("$m=" + std::to_string(cost_.memory_kib) + ",t=" + std::to_string(cost_.passes) + ",") !=
         std::string::npos;
}

std::string PasswordHasher::hash(std::string_view password, Deadline deadline) {
  const Turn turn(*this, deadline);
  return hash_now(password);
}

bool PasswordHasher::verify(const std::string& hash, std::string_view password, Deadline deadline) {
  const Turn turn(*this, deadline);
  const int status = argon2id_verify(hash.c_str(), password.data(), password.size());
  if (status != ARGON2_OK && status != ARGON2_VERIFY_MISMATCH)
    throw Error(ErrorCode::store,
                std::string("a password's hash cannot be read: ") + argon2_error_message(status));
  return status == ARGON2_OK;
}

bool PasswordHasher::verify_nobody(std::string_view password, Deadline deadline) {
  verify(nobody_, password, deadline);
  return false;
}

}  // namespace inkan::daemon
