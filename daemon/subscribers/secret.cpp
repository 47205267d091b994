#include "daemon/subscribers/secret.h"

#include <fcntl.h>
#include <openssl/hmac.h>
#include <unistd.h>
#include <array>
#include <fstream>

#include "daemon/atomic_file.h"
#include "daemon/clock.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Bytes;
using policy::Error;
using policy::ErrorCode;

namespace {

Bytes load_key(const std::filesystem::path& file) {
  if (const auto text = read_file(file)) {
    if (auto key = policy::from_hex(*text); key && key->size() == 32) return *key;
    throw Error(ErrorCode::config, file.string() + " is damaged: remove it, and a new one is made");
  }
  std::array<std::uint8_t, 32> key;
  random_octets(key);
  auto written = file;
  written += ".new";
  std::filesystem::remove(written);
  {
    // Nobody else's from the first moment on.
    const int made = ::open(written.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (made < 0) throw Error(ErrorCode::store, written.string() + " cannot be made");
    ::close(made);
    std::ofstream out(written, std::ios::binary);
    out << policy::to_hex(key);
    if (!out.flush()) throw Error(ErrorCode::store, written.string() + " cannot be written");
  }
  put_in_place_durably(written, file);
  return policy::to_bytes(key);
}

}  // namespace

SubscriberSecret::SubscriberSecret(const std::filesystem::path& file) : key_(load_key(file)) {}

Bytes SubscriberSecret::hmac(std::string_view text) const {
  std::array<std::uint8_t, 32> digest;
  unsigned size = 0;
  const auto octets = policy::as_bytes(text);
  if (!HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), octets.data(), octets.size(),
            digest.data(), &size))
    throw Error(ErrorCode::internal, "HMAC-SHA-256 failed");
  return policy::to_bytes(digest);
}

std::string SubscriberSecret::code_for(const std::string& enrolment) const {
  const Bytes digest = hmac("one-time code for " + enrolment);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | digest[i];
  const std::string digits = std::to_string(number % 1'000'000);
  return std::string(6 - digits.size(), '0') + digits;
}

}  // namespace inkan::daemon
